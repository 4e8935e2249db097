import { HttpTransportType, HubConnectionBuilder, HubConnectionState, LogLevel } from '@microsoft/signalr';
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

/** The page's only use of SignalR. Reconnecting is the caller's: the stream has to be asked for again anyway. */
export function openLiveHub(url: string): LiveTransport {
  const connection = new HubConnectionBuilder()
    .withUrl(url, { transport: HttpTransportType.WebSockets | HttpTransportType.ServerSentEvents | HttpTransportType.LongPolling })
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

/** Follows the shift for as long as the page lives, connecting again whenever it was cut off. */
export function watchShift(url: string, onNews: (news: ShiftNews) => void, onLink: (linked: boolean) => void): void {
  const connection = new HubConnectionBuilder().withUrl(url).withServerTimeout(15_000).withKeepAliveInterval(5_000).configureLogging(LogLevel.None).build();
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
