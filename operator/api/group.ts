/** Names of the API: what stands in `apiVersion`, in labels and in annotations. */
export const GROUP = 'chatapp.dev';
export const VERSION = 'v1alpha1';
export const API_VERSION = `${GROUP}/${VERSION}`;
export const KIND = 'ChatApp';
export const PLURAL = 'chatapps';
