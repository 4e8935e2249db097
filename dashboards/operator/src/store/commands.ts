import type { CommandName, CommandWish, DeviceCommand, SensorMetadata } from '../api/types';
import type { Dictionary } from '../i18n';

/** What a sensor can be told, as the server decides it (docs/commands.md). */
export function takes(sensor: Pick<SensorMetadata, 'domain' | 'registered' | 'properties'>): readonly CommandName[] {
  if (!sensor.registered || sensor.domain !== 'lighting') return [];
  if (sensor.properties.includes('dim')) return ['switch', 'dim', 'auto'];
  return sensor.properties.includes('power') ? ['switch', 'auto'] : [];
}

/** Of two commands to one device, the one to show: the newer, and of one command its later state. */
export function newer(known: DeviceCommand | undefined, told: DeviceCommand): DeviceCommand {
  if (!known) return told;
  if (known.id === told.id) return told.revision >= known.revision ? told : known;
  // A superseded command ends in the very moment in which the newer one begins.
  return told.createdAt > known.createdAt || (told.createdAt === known.createdAt && told.id > known.id) ? told : known;
}

export const isOpen = (command: DeviceCommand) => command.state === 'pending' || command.state === 'sent' || command.state === 'accepted';

/** "Dim to 40 %". */
export function wishText(wish: CommandWish, t: Dictionary): string {
  switch (wish.name) {
    case 'switch': return wish.on ? t.command.on : t.command.off;
    case 'dim': return t.command.dim(String(wish.level ?? 0));
    case 'auto': return t.command.auto;
  }
}
