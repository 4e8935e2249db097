import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Handover } from '../src/api/alerts';
import { App } from '../src/app';
import { ReportView } from '../src/shifts/ReportView';
import type { Report } from '../src/shifts/api';
import { ShiftsApp } from '../src/shifts/shifts-app';
import type { AssetEntry } from '../src/store/assets';
import { AppContext } from '../src/ui/context';
import { HandOverDialog } from '../src/ui/HandOver';
import { alert, update } from './samples';

const FEEDER = { id: 'bg-f-01', district: 'bac-giang', kind: 'feeder', parentId: null, domain: 'lighting', name: { vi: 'Tuyến chiếu sáng F-01', en: 'Lighting feeder F-01' }, below: [] };
const root = () => document.body.firstElementChild as HTMLElement;

beforeEach(() => {
  document.body.innerHTML = '<div></div>';
  vi.stubGlobal('fetch', () => Promise.reject(new Error('no server')));
});
afterEach(() => {
  render(null, root());
  sessionStorage.clear();
  localStorage.clear();
  vi.unstubAllGlobals();
});

function operatorsPage(language: 'vi' | 'en'): App {
  const app = new App();
  app.preferences.language.value = language;
  app.preferences.operator.value = 'Lan';
  app.atlas.assets.byId.value = new Map([[FEEDER.id, FEEDER as unknown as AssetEntry]]);
  app.store.apply(update(1, { full: true, alerts: [alert('a1', { sensor: null, asset: FEEDER.id, district: 'bac-giang' }), alert('a2', { sensor: 's1', asset: null })] }));
  return app;
}

describe('parts of the network', () => {
  it('go by the names of the catalogue, in both languages', () => {
    for (const [language, name] of [['vi', FEEDER.name.vi], ['en', FEEDER.name.en]] as const) {
      const app = operatorsPage(language);
      expect(app.place(app.store.alerts.get('a1')!)).toBe(`${name} · bac-giang`);
      expect(app.life.subjectName({ kind: 'asset', subject: FEEDER.id, domain: null })).toBe(name);
    }
  });
  it('are found in the list by their names, whatever the page’s language', () => {
    const app = operatorsPage('en');
    for (const search of ['tuyen chieu sang', 'Lighting feeder F-01', 'bg-f-01']) {
      app.filter.value = { ...app.filter.value, search };
      expect(app.visible.value.map((one) => one.id)).toEqual(['a1']);
    }
  });
});

describe('the report of a shift', () => {
  const command = { id: 'c', sensor: 'lamp-7', district: 'bac-giang', operator: 'Lan', state: 'done', createdAt: 1, expiresAt: 2, attempts: 1, late: false, revision: 1 };
  const report = {
    from: 0, to: 10, generatedAt: 10, duties: [], open: [], held: [], acts: [], entries: [], silent: [],
    handovers: [{ id: 'so-1', createdAt: 1, from: 'Lan', to: 'vh-2', summary: 'yên', acceptedAt: null, withdrawnAt: 5, withdrawnBy: 'Lan', alerts: [] }],
    outOfService: [{ id: 'h', kind: 'asset', subject: FEEDER.id, district: 'bac-giang', domain: null, reason: 'sửa', operator: 'Lan', from: 1, until: null, started: true, endedAt: null, name: FEEDER.name }],
    commands: [{ ...command, name: 'switch', on: true }, { ...command, id: 'd', name: 'switch', on: false }, { ...command, id: 'e', name: 'dim', level: 60 }, { ...command, id: 'f', name: 'auto' }],
    commandNames: { 'lamp-7': { vi: 'Đèn Lê Lợi 7', en: 'Lamp Le Loi 7' } },
    figures: { operators: 1, figures: [] }, totals: { open: 0, held: 0, commands: 4, moreEntries: false },
  } as unknown as Report;

  it.each([
    ['vi', ['Bật', 'Tắt', 'Giảm sáng còn 60 %', 'Trả về tự động'], 'Đèn Lê Lợi 7', FEEDER.name.vi, 'đã rút lại'],
    ['en', ['On', 'Off', 'Dim to 60 %', 'Back to automatic'], 'Lamp Le Loi 7', FEEDER.name.en, 'withdrawn'],
  ] as const)('says in words what was commanded, and names what it speaks of: %s', async (language, wishes, lamp, feeder, withdrawn) => {
    const app = new ShiftsApp();
    app.preferences.language.value = language;
    app.report.value = { kind: 'ready', value: report };
    await act(() => render(<ReportView app={app} />, root()));
    const lines = [...document.querySelectorAll('.commands li')].map((line) => line.textContent ?? '');
    lines.forEach((line, index) => expect(line).toContain(`${lamp}, bac-giang: ${wishes[index]} –`));
    expect(lines).toHaveLength(4);
    const all = root().textContent!;
    expect(all).toContain(`${feeder}: sửa`);
    expect(all).toContain(`(${withdrawn})`);
    for (const code of ['lamp-7', FEEDER.id, 'switch', 'auto']) expect(all.replace(/automatic/g, '')).not.toContain(code);
  });
});

describe('a hand-over', () => {
  const one: Handover = {
    id: 'so-1', createdAt: 1, from: 'Lan', to: 'vh-2', summary: 'Trạm bụi đang sửa', acceptedAt: null,
    alerts: [
      { id: 'gone', title: { vi: 'Mất điện', en: 'Down' }, severity: 2, state: 'unacknowledged', hold: 'none', assignee: null, name: FEEDER.name, district: { vi: 'Bắc Giang', en: 'Bac Giang' } },
      { id: 'a1', title: { vi: 'Cũ', en: 'Old' }, severity: 3, state: 'unacknowledged', hold: 'none', assignee: null },
    ],
  };
  const show = async (app: App) => {
    await act(() => render(<AppContext.Provider value={app}><HandOverDialog /></AppContext.Provider>, root()));
  };
  const click = async (button: Element | null | undefined) => { await act(() => (button as HTMLElement).click()); };
  const type = async (selector: string, value: string) => {
    const field = document.querySelector<HTMLInputElement>(selector)!;
    await act(() => {
      field.value = value;
      field.dispatchEvent(new Event('input', { bubbles: true }));
    });
  };

  it('names the places of then; one written before they were kept, those of now', async () => {
    const app = operatorsPage('vi');
    app.life.handovers.all.value = [one];
    await show(app);
    await click(document.querySelector('.handovers button'));
    expect([...document.querySelectorAll('.sheet .who')].map((cell) => cell.textContent)).toEqual(['Tuyến chiếu sáng F-01 · Bắc Giang', 'Tuyến chiếu sáng F-01 · bac-giang']);
  });

  it('that was begun is there again after the dialog was closed, until it is discarded', async () => {
    const app = operatorsPage('en');
    app.life.handovers.all.value = [];
    await show(app);
    await click(document.querySelector('.handover > .primary'));
    await type('input[name=to]', 'vh-2');
    await type('textarea', 'A long summary');
    await act(() => render(null, root()));

    await show(app);
    expect(document.querySelector('.handover > .primary')!.textContent).toContain('Go on');
    await click(document.querySelector('.handover > .primary'));
    expect(document.querySelector('textarea')!.value).toBe('A long summary');
    expect(document.querySelector<HTMLInputElement>('input[name=to]')!.value).toBe('vh-2');
    await click(document.querySelector('.draft button'));
    expect(document.querySelector('.handover > .primary')!.textContent).not.toContain('Go on');
  });

  it('offers who is on shift and who is known, and says when a name is nobody’s', async () => {
    const app = operatorsPage('en');
    app.life.handovers.all.value = [];
    app.store.apply(update(2, { shift: { onDuty: [{ operator: 'Nguyễn Thị Lan', since: 1 }], handovers: 0 } }));
    app.life.operators.known.value = ['nguyễn thị lan', 'Trần Bình'];
    await show(app);
    await click(document.querySelector('.handover > .primary'));
    expect([...document.querySelectorAll('option')].map((option) => option.value)).toEqual(['Nguyễn Thị Lan', 'Trần Bình']);
    await type('input[name=to]', 'Nguyen');
    expect(document.querySelector('.name-hint')!.textContent).toContain('No operator');
    await type('input[name=to]', ' TRẦN bình');
    expect(document.querySelector('.name-hint')!.textContent).toBe('');
  });

  it('is taken back by whoever gave it, and can be given anew with what was written', async () => {
    const app = operatorsPage('en');
    app.life.handovers.all.value = [one];
    const asked: string[] = [];
    vi.stubGlobal('fetch', (address: string) => {
      asked.push(address);
      return address.endsWith('/withdraw') ? Promise.resolve(Response.json({ ...one, withdrawnAt: 9, withdrawnBy: 'Lan' })) : Promise.reject(new Error('no server'));
    });
    await show(app);
    await click(document.querySelector('.handovers button'));
    await click(document.querySelector('.withdraw button'));
    expect(asked.some((address) => address.endsWith('/withdraw'))).toBe(false);
    await click(document.querySelector('.withdraw button'));
    await vi.waitFor(() => expect(document.querySelector('textarea')?.value).toBe('Trạm bụi đang sửa'));
    expect(asked.filter((address) => address === '/api/v1/shifts/handovers/so-1/withdraw')).toHaveLength(1);
    expect(document.querySelector<HTMLInputElement>('input[name=to]')!.value).toBe('');
    expect(app.life.handovers.all.value![0]!.withdrawnAt).toBe(9);
  });

  it('of somebody else cannot be taken back', async () => {
    const app = operatorsPage('en');
    app.preferences.operator.value = 'vh-2';
    app.life.handovers.all.value = [one];
    await show(app);
    await click(document.querySelector('.handovers button'));
    expect(document.querySelector('.accept')).not.toBeNull();
    expect(document.querySelector('.withdraw')).toBeNull();
  });
});
