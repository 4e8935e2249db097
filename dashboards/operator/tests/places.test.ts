import { describe, expect, it } from 'vitest';
import { lineState } from '../src/store/assets';
import type { AssetShape } from '../src/api/map';
import { markFor } from '../src/store/alerts';
import { PlaceIndex, type Place, type PlaceKind } from '../src/store/places';

const place = (kind: PlaceKind, id: string, vi: string, within = ''): Place => ({ kind, id, name: { vi, en: vi }, within, longitude: 106, latitude: 21 });

const index = new PlaceIndex([
  place('sensor', 'vy-aqm-01', 'Trạm không khí Việt Yên', 'Việt Yên'),
  place('district', 'viet-yen', 'Việt Yên', 'Tỉnh Bắc Giang'),
  place('commune', 'viet-yen-bich-dong', 'Bích Động', 'Việt Yên'),
  place('district', 'son-dong', 'Sơn Động', 'Tỉnh Bắc Giang'),
  place('commune', 'da-mai', 'Đa Mai', 'TP. Bắc Giang'),
  place('asset', 'vy-f-01', 'Tuyến chiếu sáng F-01 Bích Động', 'Việt Yên'),
  place('sensor', 'bg-lamp-07', 'Đèn đường Lý Thái Tổ', 'TP. Bắc Giang'),
]);
const ids = (text: string) => index.find(text, 10).places.map((one) => one.id);

describe('searching the map', () => {
  it('needs no diacritics and no capitals', () => {
    expect(ids('viet yen')[0]).toBe('viet-yen');
    expect(ids('VIỆT YÊN')[0]).toBe('viet-yen');
    expect(ids('den duong')).toEqual(['bg-lamp-07']);
  });
  it('takes đ for d', () => {
    expect(ids('da mai')).toEqual(['da-mai']);
    expect(ids('son dong')[0]).toBe('son-dong');
    expect(ids('Đa Mai')).toEqual(['da-mai']);
  });
  it('takes composed and decomposed letters alike', () => {
    expect(ids('Việt Yên'.normalize('NFD'))[0]).toBe('viet-yen');
  });
  it('finds by words in any order, by slug, and by what a place lies in', () => {
    expect(ids('thai to ly')).toEqual(['bg-lamp-07']);
    expect(ids('bg-lamp')).toEqual(['bg-lamp-07']);
    expect(ids('bich dong viet yen')).toEqual(['viet-yen-bich-dong', 'vy-f-01']);
  });
  it('puts the name itself before its beginning, and wide places before narrow ones', () => {
    expect(ids('bich dong')).toEqual(['viet-yen-bich-dong', 'vy-f-01']);
    expect(ids('viet')[0]).toBe('viet-yen');
  });
  it('says how many there are besides', () => {
    expect(index.find('bac giang', 2)).toMatchObject({ all: 4, places: { length: 2 } });
    expect(index.find('   ', 2)).toEqual({ places: [], all: 0 });
    expect(index.find('hà nội', 2)).toEqual({ places: [], all: 0 });
  });
});

describe('a line', () => {
  const line: AssetShape = {
    id: 'f', district: 'd', domain: 'lighting', kind: 'feeder', parentId: null, name: { vi: 'F', en: 'F' }, below: ['a', 'b'],
    geometry: { type: 'LineString', coordinates: [[106, 21], [106.1, 21]] },
  };
  const p3 = markFor({ severity: 3 }, true);
  const p1 = markFor({ severity: 1 }, true);
  it('has the worst alert of itself and of what depends on it', () => {
    expect(lineState(line, new Map([['a', p3], ['b', p1], ['c', p1]]), new Map(), () => true)).toEqual({ mark: p1, dead: false });
    expect(lineState(line, new Map([['a', p3]]), new Map([['f', p1]]), () => true).mark).toEqual(p1);
    expect(lineState(line, new Map([['c', p1]]), new Map(), () => true).mark).toBeNull();
  });
  it('is dead when none of its sensors reports, and not for having none', () => {
    expect(lineState(line, new Map(), new Map(), () => false).dead).toBe(true);
    expect(lineState(line, new Map(), new Map(), (id) => id === 'b').dead).toBe(false);
    expect(lineState({ ...line, below: [] }, new Map(), new Map(), () => false).dead).toBe(false);
  });
});
