/** The entry, in English. */

export const entry = {
  heading: (title: string) => `Welcome to ${title}`,
  lead: (assistant: string) => `Talk with everyone here, and with ${assistant}.`,
  leadWithout: 'Talk with everyone here.',
  name: 'Your name',
  join: 'Join',
  joining: 'Joining…',
  hint: 'Up to 40 characters. Others see it beside your messages.',
  needed: 'Please write a name.',
  sessionEnded: 'Your visit ended. Enter your name to come back.',
  password: 'Password',
  passwordHint: 'At least 10 characters.',
  passwordNeeded: 'Please write your password.',
  login: 'Sign in',
  signup: 'Create the account',
  asGuest: 'Enter as a guest',
  toLogin: 'Sign in with a password',
  toSignup: 'Create an account',
  provider: 'Sign in with your organisation',
  providerFailures: {
    'provider-away': 'Your organisation’s sign-in does not answer. Try again in a moment.',
    refused: 'Your organisation’s sign-in said no.',
    expired: 'Signing in took too long. Please begin again.',
    failed: 'Signing in did not work. Please begin again.',
    disabled: 'This account is switched off. Ask whoever runs this chat.',
  },
  unnamed: {
    lead: 'Nobody told the chat who you are.',
    advice:
      'Here the proxy in front of the chat says who people are. Open the chat by its usual address and sign in there. If you did, ask whoever runs this chat: your account may be switched off.',
    again: 'Try again',
  },
};
