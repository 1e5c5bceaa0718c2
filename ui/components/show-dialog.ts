import type { LitElement } from 'lit';

/** Opens the modal dialog of a component as soon as it is rendered; one that is open stays. */
export async function showDialog(host: LitElement): Promise<void> {
  await host.updateComplete;
  const dialog = host.renderRoot.querySelector('dialog');
  if (dialog === null || dialog.open) return;
  dialog.showModal();
  if (!dialog.hasAttribute('tabindex')) return;
  // One that can have the focus begins with it, at its beginning: nothing in it is nearer than the rest.
  dialog.focus();
  dialog.scrollTop = 0;
}
