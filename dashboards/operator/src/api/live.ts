import { DefaultHttpClient, HttpTransportType, HubConnectionBuilder, HubConnectionState, LogLevel, NullLogger, type HttpRequest, type IHttpConnectionOptions } from '@microsoft/signalr';
import { enter, session } from './session';
import type { LivePosition, LiveUpdate } from './types';

/** One connection to the live hub. It ends once; whoever owns it makes the next one. */
export interface LiveTransport {
  /** Connects, or fails. */
  open(): Promise<void>;
  /** Asks for everything after a position. `onEnd` is called once, whatever ended the stream or the connection. */
  stream(position: LivePosition, onUpdate: (update: LiveUpdate) => void, onEnd: () => void): void;
  /** Tells who sits before the page; empty = nobody. */
  tellOperator(name: string): void;
  close(): void;
}

/** What an attempt has under way, to be ended at once. SignalR itself waits for a request or a handshake that gets no answer, and browsers let only a
 * few of them stand open: after a cut the next attempts would wait behind them for minutes. */
class Attempt extends DefaultHttpClient {
  private readonly requests = new Set<AbortController>();
  private readonly sockets = new Set<WebSocket>();

  constructor() {
    super(NullLogger.instance);
  }

  override async send(request: HttpRequest) {
    if (request.abortSignal) return super.send(request);
    const abort = new AbortController();
    this.requests.add(abort);
    try {
      return await super.send({ ...request, abortSignal: abort.signal as unknown as NonNullable<HttpRequest['abortSignal']> });
    } finally {
      this.requests.delete(abort);
    }
  }

  /** Makes sockets as the browser does, and remembers them. */
  readonly socket = (() => {
    const { sockets } = this;
    return class extends WebSocket {
      constructor(url: string | URL, protocols?: string | string[]) {
        super(url, protocols);
        sockets.add(this);
      }
    };
  })();

  end(): void {
    for (const request of this.requests) request.abort();
    for (const socket of this.sockets) if (socket.readyState === WebSocket.CONNECTING) socket.close();
    this.sockets.clear();
  }
}

/** The page's only use of SignalR. Reconnecting is the caller's: the stream has to be asked for again anyway. */
export function openLiveHub(url: string): LiveTransport {
  const attempt = new Attempt();
  const connection = new HubConnectionBuilder()
    // SignalR takes the constructor of its sockets though its types do not say so.
    .withUrl(url, { httpClient: attempt, WebSocket: attempt.socket, transport: HttpTransportType.WebSockets | HttpTransportType.ServerSentEvents | HttpTransportType.LongPolling } as IHttpConnectionOptions)
    .withServerTimeout(15_000)
    .withKeepAliveInterval(5_000)
    .configureLogging(LogLevel.None)
    .build();
  let closed = false;

  return {
    async open() {
      try {
        await connection.start();
        // The server did not answer when the page was opened: who sits here is asked for now.
        if (session.value === null) void enter();
      } catch (error) {
        // Nobody is signed in any more: the server is there, and this page may not look.
        if (error instanceof Error && /\b401\b/.test(error.message)) void enter();
        throw error;
      }
    },
    stream(position, onUpdate, onEnd) {
      let ended = false;
      const end = () => {
        if (ended) return;
        ended = true;
        onEnd();
      };
      connection.onclose(end);
      connection.stream<LiveUpdate>('Live', position).subscribe({
        next: (update) => { if (!closed && !ended) onUpdate(update); },
        complete: end,
        error: end,
      });
    },
    tellOperator(name) {
      // A server that does not ask answers with an error, which is no trouble.
      if (connection.state === HubConnectionState.Connected) connection.send('Operator', name).catch(() => undefined);
    },
    close() {
      closed = true;
      attempt.end();
      if (connection.state !== HubConnectionState.Disconnected) connection.stop().catch(() => undefined);
    },
  };
}

/** Who is on shift, and how far the shift log goes. */
export interface ShiftNews {
  lastEntry: number;
  onDuty: { operator: string; since: number }[];
}

const SHIFT_RETRY_MS = 2_000;

/** A request that gets no answer is given up after this long. */
const SHIFT_TIMEOUT_MS = 5_000;

/** Follows the shift for as long as the page lives, connecting again whenever it was cut off. */
export function watchShift(url: string, onNews: (news: ShiftNews) => void, onLink: (linked: boolean) => void): void {
  const connection = new HubConnectionBuilder().withUrl(url, { timeout: SHIFT_TIMEOUT_MS }).withServerTimeout(15_000).withKeepAliveInterval(5_000).configureLogging(LogLevel.None).build();
  const begin = (): void => {
    connection.start().then(() => {
      onLink(true);
      connection.stream<ShiftNews>('Shift').subscribe({ next: onNews, complete: () => void connection.stop(), error: () => void connection.stop() });
    }, () => { setTimeout(begin, SHIFT_RETRY_MS); });
  };
  connection.onclose(() => {
    onLink(false);
    setTimeout(begin, SHIFT_RETRY_MS);
  });
  begin();
}
