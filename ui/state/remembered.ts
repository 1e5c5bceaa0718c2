/** What a browser remembers of a person: small strings, and nothing breaks where storage is forbidden. */
import type { KeyStore } from '../../runtime/protocol/socket.ts';
import { memoryKeyStore } from '../../runtime/protocol/socket.ts';
import { basePath } from './base-path.ts';
import { keysUnder } from './key-prefix.ts';

export type Theme = 'system' | 'light' | 'dark';
/** What the browser tells of while nobody looks at the page. */
export type Notifications = 'off' | 'mentions' | 'all';

/** `localStorage`, or a store for as long as the page lives; all chats of a host share it, and how their pages look. */
const shared: KeyStore = usable() ?? memoryKeyStore();

/** What this chat alone keeps there. */
export const storage: KeyStore = keysUnder(basePath() === '' ? '' : `${basePath()}:`, shared);

function usable(): KeyStore | undefined {
  try {
    localStorage.setItem('chatapp.probe', '1');
    localStorage.removeItem('chatapp.probe');
    return localStorage;
  } catch {
    return undefined;
  }
}

function write(key: string, value: string, store = storage): void {
  try {
    if (value === '') store.removeItem(key);
    else store.setItem(key, value);
  } catch {
    // Full: the page goes on without remembering.
  }
}

export const remembered = {
  get name(): string {
    return storage.getItem('chatapp.name') ?? '';
  },
  set name(name: string) {
    write('chatapp.name', name);
  },

  /**
   * Whether somebody entered here and did not leave: only then a session is asked for, because a browser writes every
   * refusal into its console as an error.
   */
  get entered(): boolean {
    return storage.getItem('chatapp.entered') !== null;
  },
  set entered(entered: boolean) {
    write('chatapp.entered', entered ? 'yes' : '');
  },

  /** The room that somebody wanted before they were sent to a provider, which sends them back to the start; empty for none. */
  get wantedRoom(): string {
    return storage.getItem('chatapp.wanted') ?? '';
  },
  set wantedRoom(room: string) {
    write('chatapp.wanted', room);
  },

  get theme(): Theme {
    const theme = shared.getItem('chatapp.theme');
    return theme === 'light' || theme === 'dark' ? theme : 'system';
  },
  /** Takes effect at once; `ui/boot.ts` applies it before the next page is painted. */
  set theme(theme: Theme) {
    write('chatapp.theme', theme === 'system' ? '' : theme, shared);
    if (theme === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme;
  },

  /** The language somebody chose here; `null`: the browser's. A choice takes effect with the next page. */
  get language(): string | null {
    return shared.getItem('chatapp.language');
  },
  set language(language: string | null) {
    write('chatapp.language', language ?? '', shared);
  },

  get notifications(): Notifications {
    const wanted = storage.getItem('chatapp.notifications');
    return wanted === 'mentions' || wanted === 'all' ? wanted : 'off';
  },
  set notifications(wanted: Notifications) {
    write('chatapp.notifications', wanted === 'off' ? '' : wanted);
  },

  draft: (room: string): string => storage.getItem(`chatapp.draft.${room}`) ?? '',
  setDraft: (room: string, text: string): void => write(`chatapp.draft.${room}`, text),
};
