import * as z from 'zod';
import { cidr, lasting, objectName, originURL, ruled, secretRef } from './scalars.ts';

/** Secrets and tokens go there. */
const secureURL = z
  .string()
  .max(500)
  .regex(/^https:\/\/[^\s]+$/);

/** A name of an HTTP header. */
const headerName = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[A-Za-z][-A-Za-z0-9]*$/);

const groupName = z.string().min(1).max(200);

const accountsSchema = z
  .object({
    adminSecretRef: objectName
      .optional()
      .describe('Secret with username and password of the first administrator, in modes Accounts and Guest.'),
    allowSignup: z
      .boolean()
      .default(false)
      .describe('Whether people may make accounts for themselves, in mode Accounts.'),
  })
  .prefault({})
  .describe('Accounts of the chat itself.');

const headerSchema = z.object({
  user: headerName.default('X-Forwarded-User').describe('Header with the name of the person.'),
  email: headerName.default('X-Forwarded-Email').describe('Header with their e-mail address.'),
  groups: headerName.default('X-Forwarded-Groups').describe('Header with their groups, separated by commas.'),
  adminGroup: groupName.optional().describe('Group whose people are administrators; nobody is if not set.'),
  trustedProxies: z.array(cidr).min(1).max(20).describe('Proxies whose headers are believed, such as 10.0.0.0/8.'),
});

const oidcSchema = z.object({
  issuer: secureURL.describe('Address of the provider, such as https://login.example.org; exactly as it calls itself.'),
  clientID: z.string().min(1).max(300).describe('What the provider calls this chat.'),
  clientSecretRef: secretRef('clientSecret').describe(
    'Secret that the provider gave for it. The provider has to know where people come back: /api/login/provider/callback below the address of the chat.',
  ),
  caSecretRef: secretRef('ca.crt')
    .optional()
    .describe("Authority of the provider's certificate; public ones if not set."),
  scopes: z
    .array(
      z
        .string()
        .min(1)
        .max(100)
        .regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/),
    )
    .max(20)
    .default(['openid', 'profile', 'email'])
    .describe('What the provider is asked for.'),
  adminGroup: groupName.optional().describe('Group whose people are administrators; nobody is if not set.'),
});

export const authSchema = ruled(
  z.object({
    mode: z
      .enum(['Guest', 'Accounts', 'TrustedHeader', 'OIDC'])
      .default('Guest')
      .describe(
        'Guest: people choose a name and are in. Accounts: they have passwords here. TrustedHeader: a proxy says who they are. OIDC: a provider does.',
      ),
    allowedOrigins: z
      .array(originURL)
      .max(50)
      .default([])
      .describe('Further web origins that may connect, such as https://chat.example.org.'),
    trustedProxyHops: z
      .int()
      .min(0)
      .max(10)
      .default(0)
      .describe('Proxies in front of the chat whose X-Forwarded-For is believed.'),
    accounts: accountsSchema,
    header: headerSchema.optional().describe('Headers of mode TrustedHeader.'),
    oidc: oidcSchema.optional().describe('Provider of mode OIDC.'),
    session: z
      .object({ maxAge: lasting.default('30d').describe('How long a person stays known without coming back.') })
      .prefault({})
      .describe('Sessions of people.'),
  }),
  {
    rule: "self.mode != 'TrustedHeader' || has(self.header)",
    message: 'auth.header is needed in mode TrustedHeader: name the proxies whose headers are believed',
    holds: ({ mode, header }) => mode !== 'TrustedHeader' || header !== undefined,
  },
  {
    rule: "self.mode != 'OIDC' || has(self.oidc)",
    message: 'auth.oidc is needed in mode OIDC: name the provider and the client',
    holds: ({ mode, oidc }) => mode !== 'OIDC' || oidc !== undefined,
  },
  {
    rule: "self.mode != 'Accounts' || has(self.accounts.adminSecretRef) || self.accounts.allowSignup",
    message: 'auth.accounts: nobody could come in: name adminSecretRef, or let people sign up',
    holds: ({ mode, accounts }) => mode !== 'Accounts' || accounts.adminSecretRef !== undefined || accounts.allowSignup,
  },
)
  .prefault({})
  .describe('Who may come in.');
