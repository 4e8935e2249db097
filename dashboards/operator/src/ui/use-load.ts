import { useEffect, useRef, useState } from 'preact/hooks';

export type Loaded<T> = { state: 'loading'; value: T | null } | { state: 'failed'; value: T | null } | { state: 'ready'; value: T };

/** Loads something again whenever its key changes; what is known of the same subject stays meanwhile. The answer that comes last counts, the others are stopped. */
export function useLoad<T>(subject: string, version: unknown, load: (signal: AbortSignal) => Promise<T>): [Loaded<T>, () => void] {
  const [known, setKnown] = useState<{ subject: string; loaded: Loaded<T> }>({ subject, loaded: { state: 'loading', value: null } });
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    const stop = new AbortController();
    const keep = (before: typeof known) => (before.subject === subject ? before.loaded.value : null);
    setKnown((before) => ({ subject, loaded: { state: 'loading', value: keep(before) } }));
    load(stop.signal).then(
      (value) => { if (!stop.signal.aborted) setKnown({ subject, loaded: { state: 'ready', value } }); },
      () => { if (!stop.signal.aborted) setKnown((before) => ({ subject, loaded: { state: 'failed', value: keep(before) } })); });
    return () => stop.abort();
  }, [subject, version, attempt]);
  const loaded: Loaded<T> = known.subject === subject ? known.loaded : { state: 'loading', value: null };
  return [loaded, () => setAttempt((count) => count + 1)];
}

/** A value that changes at most once in so many milliseconds: at once after a quiet time, else at the end of them. */
export function useAtMostEvery<T>(value: T, ms: number): T {
  const [shown, setShown] = useState(value);
  const last = useRef(-Infinity);
  useEffect(() => {
    if (value === shown) return;
    const show = () => {
      last.current = performance.now();
      setShown(() => value);
    };
    const wait = last.current + ms - performance.now();
    if (wait <= 0) {
      show();
      return;
    }
    const timer = setTimeout(show, wait);
    return () => clearTimeout(timer);
  }, [value, shown, ms]);
  return shown;
}
