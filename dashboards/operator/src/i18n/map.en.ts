import type { mapVi } from './map.vi';

const plural = (count: string, one: string, many: string) => (count === '1' ? one : many);

export const mapEn: typeof mapVi = {
  search: {
    label: 'Find on the map',
    placeholder: 'Find a sensor, district, commune, asset…',
    found: 'Found on the map',
    nothing: 'Nothing found',
    more: (count) => `and ${count} more`,
    kind: { district: 'District', commune: 'Commune', asset: 'Asset', sensor: 'Sensor' },
  },
  layers: {
    button: 'Layers and legend',
    domains: 'Domains',
    things: 'Show',
    group: { sensors: 'Sensors', lines: 'Road segments, lighting circuits', areas: 'Districts', names: 'Names', base: 'Base map' },
    hidden: (what) => `Hidden: ${what}.`,
    hiddenAlerts: (count) => `${count} unacknowledged ${plural(count, 'alert is', 'alerts are')} not on the map.`,
    showAll: 'Show all',
  },
  legend: {
    waiting: 'Not acknowledged (the number is the priority)',
    acknowledged: 'Acknowledged',
    cluster: 'Several sensors: the worst of them, and how many',
    normal: 'Normal',
    old: 'Data older than the reporting period',
    line: 'Circuit or road segment; coloured by its alerts',
    deadLine: 'Nothing on it reports',
    ground: 'District with an unacknowledged priority 1 or 2',
  },
  cluster: (count, severity, name) => `${count} sensors with alerts, the worst is priority ${severity} ${name}. Click to go nearer.`,
  notLive: {
    connecting: 'The map waits for data',
    stale: 'The map is behind',
    off: 'The map is NOT live',
  },
  asset: {
    title: 'Selected asset',
    kind: { feeder: 'Feeder', cabinet: 'Cabinet', gateway: 'Gateway', road: 'Road segment', waterworks: 'Waterworks', other: 'Other' },
    reporting: (online, all) => `${online}/${all} sensors online`,
    noAlerts: 'No alerts',
    more: (count) => `and ${count} more`,
  },
  help: { search: 'Find on the map' },
};
