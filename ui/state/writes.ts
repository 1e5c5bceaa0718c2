/** Keys of the page that are no text outside a field: a space scrolls, the others open something. */
const COMMANDS = ' ?/';

/** Whether a key writes a character and means nothing else, wherever on the page it is pressed. */
export function writes(event: KeyboardEvent): boolean {
  // Some keyboards write an @ with AltGr, which some systems call Control and Alt.
  const isCommand = (event.ctrlKey || event.altKey || event.metaKey) && !event.getModifierState('AltGraph');
  return /^.$/u.test(event.key) && !COMMANDS.includes(event.key) && !isCommand && !event.isComposing;
}
