/** A new message id: 128 random bits in 22 characters. Works on plain http too, where `randomUUID` does not exist. */
export function messageKey(): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return Array.from(crypto.getRandomValues(new Uint8Array(22)), (byte) => alphabet[byte % 64] ?? '').join('');
}
