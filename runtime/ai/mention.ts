/** When the assistant is meant: `@Name` anywhere, or its name in front ("Name, what is…"). */
export function isAddressed(text: string, assistantName: string): boolean {
  const name = assistantName.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const mentioned = new RegExp(`(?:^|[^\\p{L}\\p{N}])@${name}(?![\\p{L}\\p{N}])`, 'iu');
  const calledFirst = new RegExp(`^\\s*${name}\\s*[,:;!?]`, 'iu');
  return mentioned.test(text) || calledFirst.test(text);
}
