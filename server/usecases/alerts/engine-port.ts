import type { OutsideAlert } from "../../../collectors/alerts/outside-alert.ts";
import type { EngineTrouble } from "../../../db/model/alert-views.ts";
import type { Signal } from "../../../db/model/health.ts";
import type { Incident, IncidentEvent } from "../../../db/model/incident.ts";
import type { UnixMs } from "../../../db/model/units.ts";
import type { StoredIncident } from "../../../db/store/incidents.ts";

/** What a person does to an incident: the incident afterwards, and what is written into its timeline. */
export type Act = (
  one: Incident,
  now: UnixMs,
) => { readonly next: Incident; readonly events: readonly IncidentEvent[] };

/** The judging process: rounds, and whatever else changes incidents, one after the other. */
export type Engine = {
  /** Everything pending or firing, as written. */
  open(): readonly StoredIncident[];
  /** Why its word is not to be trusted just now; null = it judged within the last minute. */
  trouble(): EngineTrouble | null;
  /** Why a rule could not be evaluated in the last round; "" = it was. */
  faultOf(ruleId: string): string;
  /** Whether a card of ours ever said this since the start. */
  wasSaid(signal: Signal): boolean;
  /** Does something to an open incident; committed when it resolves. @throws ServiceError when it is not open */
  act(id: number, change: Act): Promise<void>;
  /** Alerts of other systems; committed when it resolves. */
  takeOutside(alerts: readonly OutsideAlert[]): Promise<void>;
  /** Rules, silences, routes or channels changed: judges again now. */
  changed(): void;
  /** Calls back after each step that changed something. Returns the way to stop it. */
  onChange(callback: () => void): () => void;
};
