import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Whole seconds until a time, with a rendering each second as long as it lies ahead. */
export class CountdownController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  #until: number | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  /** Seconds left until `time` (milliseconds since 1970), at least 0. */
  secondsUntil(time: number | undefined): number {
    this.#until = time;
    if (time !== undefined) this.#timer ??= setInterval(() => this.#tick(), 1000);
    return time === undefined ? 0 : Math.max(0, Math.ceil((time - Date.now()) / 1000));
  }

  hostDisconnected(): void {
    this.#stop();
  }

  #tick(): void {
    if (this.#until === undefined) this.#stop();
    this.#host.requestUpdate();
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
