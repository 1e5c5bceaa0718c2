/** What the composer is for: a new message, an answer to one, or another text for one. */
import type { Item, MessageItem } from '../../runtime/protocol/room-log.ts';

export type Composing =
  | { readonly kind: 'new' }
  | { readonly kind: 'reply'; readonly item: Item }
  /** `saving`: the new text is on its way. */
  | { readonly kind: 'edit'; readonly item: MessageItem; readonly state: 'writing' | 'saving' };

export const nothingSpecial: Composing = { kind: 'new' };
