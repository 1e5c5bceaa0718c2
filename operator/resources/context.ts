/** What the builders know beside the ChatApp itself. */
export interface BuildContext {
  /** Images of ChatApps that name none, from the operator's environment. */
  images: { runtime: string; redis: string; ollama: string };
  /** Hash of the generated Secret: pods that read it roll when it changes. */
  secretHash: string;
}
