/** One or two letters for a name: the first of its first and of its last word. Whole characters, emoji included. */
export function initials(name: string): string {
  const parts = name.split(/[\s._-]+/u).filter((part) => part !== '');
  const ends = parts.length > 1 ? [parts[0], parts.at(-1)] : parts;
  return ends.map((part) => firstCharacter(part ?? '')).join('');
}

function firstCharacter(text: string): string {
  const [first] = new Intl.Segmenter().segment(text);
  return (first?.segment ?? '').toLocaleUpperCase();
}
