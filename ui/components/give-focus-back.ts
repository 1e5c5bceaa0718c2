/**
 * For `beforetoggle` of a panel: browsers lose the focus that is in a panel of a shadow tree when they close it. What opened
 * the panel has it then, and a dialog that follows finds it there.
 */
export function giveFocusBack({ newState, currentTarget }: ToggleEvent): void {
  const panel = currentTarget as HTMLElement;
  const root = panel.getRootNode() as ShadowRoot;
  if (newState !== 'closed' || !panel.contains(root.activeElement)) return;
  root.querySelector<HTMLElement>(`[popovertarget="${panel.id}"]`)?.focus();
}
