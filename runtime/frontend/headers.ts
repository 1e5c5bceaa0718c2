/** What a page may load from elsewhere than its own origin. */
export interface Sources {
  readonly scripts?: readonly string[];
  readonly styles?: readonly string[];
}

/** The policy names exactly what the UI needs: its Trusted Types policies too. */
export function contentSecurityPolicy({ scripts = [], styles = [] }: Sources = {}): string {
  return [
    `default-src 'none'`,
    [`script-src 'self'`, ...scripts].join(' '),
    [`style-src 'self'`, ...styles].join(' '),
    `connect-src 'self'`,
    `img-src 'self'`,
    `font-src 'self'`,
    `manifest-src 'self'`,
    `worker-src 'self'`,
    `base-uri 'none'`,
    `form-action 'self'`,
    `frame-ancestors 'none'`,
    `require-trusted-types-for 'script'`,
    `trusted-types lit-html dompurify`,
  ].join('; ');
}

/** Security headers of every page and file. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': contentSecurityPolicy(),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};
