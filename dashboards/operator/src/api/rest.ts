import type {
  Alert, Area, CommandWish, DeviceCommand, GroupAcknowledgement, HistoryPoint, Outlines, ProblemDetails, PropertyDefinition, RawHistory, Rule,
} from './types';
import { askSession, proof, session, signInAddress } from './session';

/** A request that the server refused, or that never reached it (status 0). */
export class ApiError extends Error {
  constructor(readonly status: number, readonly problem: ProblemDetails) {
    super(problem.detail ?? problem.title ?? `HTTP ${status}`);
  }
}

const TIMEOUT_MS = 10_000;

/** The largest group sent in one request. */
const GROUP_SIZE = 500;

/** Pages of raw history to fetch at most for one trend. */
const HISTORY_PAGES = 12;

/** Asks the server; the answer as JSON, or an ApiError. */
export async function request<T>(path: string, init: RequestInit = {}, timeoutMs = TIMEOUT_MS): Promise<T> {
  const timeout = AbortSignal.timeout(timeoutMs);
  let response: Response;
  try {
    response = await fetch(path, {
      ...init,
      headers: { accept: 'application/json', ...(init.body ? { 'content-type': 'application/json' } : {}), ...(init.method && init.method !== 'GET' ? proof() : {}) },
      signal: init.signal ? AbortSignal.any([init.signal, timeout]) : timeout,
    });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new ApiError(0, {});
  }

  if (response.status === 204) return undefined as T;
  if (response.ok) return (await response.json()) as T;
  let problem: ProblemDetails = {};
  try {
    problem = (await response.json()) as ProblemDetails;
  } catch {
    // A proxy in between answers without a problem document; the status says enough.
  }
  // The session has ended, or another one has begun in this browser.
  if (response.status === 401 && problem.title === 'sign_in' && session.value?.signedIn) location.assign(signInAddress(location));
  else if (response.status === 403 && problem.title === 'csrf') await askSession();
  throw new ApiError(response.status, problem);
}

const post = (body: unknown): RequestInit => ({ method: 'POST', body: JSON.stringify(body) });

export const getProperties = () => request<PropertyDefinition[]>('/api/v1/properties');
export const getAreas = () => request<Area[]>('/api/v1/areas');
export const getOutlines = () => request<Outlines>('/api/v1/areas/outlines?level=district');
export const getRules = () => request<Rule[]>('/api/v1/rules');

/** Acknowledges one alert. A 409 carries the alert as it is now in `problem.alert`. */
export const acknowledge = (id: string, operator: string) =>
  request<Alert>(`/api/v1/alerts/${encodeURIComponent(id)}/acknowledge`, post({ operator, note: null }));

/** Acknowledges many alerts, in as many requests as their number needs. */
export async function acknowledgeGroup(ids: readonly string[], operator: string): Promise<GroupAcknowledgement> {
  const all: GroupAcknowledgement = { acknowledged: [], refused: [] };
  for (let i = 0; i < ids.length; i += GROUP_SIZE) {
    const part = await request<GroupAcknowledgement>('/api/v1/alerts/acknowledge', post({ ids: ids.slice(i, i + GROUP_SIZE), operator }));
    all.acknowledged.push(...part.acknowledged);
    all.refused.push(...part.refused);
  }
  return all;
}

/** Asks a device to do something. */
export const issueCommand = (sensor: string, wish: CommandWish, operator: string) =>
  request<DeviceCommand>(`/api/v1/sensors/${encodeURIComponent(sensor)}/commands`, post({ ...wish, operator }));

/** Raw points of one property, oldest first, from one time to another (Unix milliseconds). */
export async function getHistory(sensor: string, property: string, from: number, to: number, signal: AbortSignal): Promise<HistoryPoint[]> {
  const points: HistoryPoint[] = [];
  let start = from;
  for (let page = 0; page < HISTORY_PAGES; page++) {
    const query = new URLSearchParams({
      sensor, property, from: new Date(start).toISOString(), to: new Date(to).toISOString(), quality: 'all', limit: '10000',
    });
    const answer = await request<RawHistory>(`/api/v1/history?${query}`, { signal });
    for (const point of answer.points) points.push(point);
    const last = answer.points.at(-1);
    if (!answer.next || !last || last[0] < start) break;
    // Points are unique per time, so the page after this one begins a millisecond later.
    start = last[0] + 1;
  }
  return points;
}
