import type { OutsideAlert } from "../../../collectors/alerts/outside-alert.ts";
import type {
  AlertsHead,
  CardHealth,
  ChannelsPage,
  IncidentFilter,
  IncidentPage,
  IncidentsPage,
  LabProgress,
  RuleDraft,
  RulesPage,
  SilenceRow,
} from "../../../db/model/alert-views.ts";
import type {
  ChannelKind,
  ChannelSecrets,
  ChannelSettings,
  Language,
  Route,
  Silence,
} from "../../../db/model/channel.ts";
import type { Sight } from "../../domain/access/sight.ts";
import type { IncidentRow } from "../../../db/model/alert-views.ts";

/** What fires, what becomes of it, and who is told. People are named by `who` until they sign in. */
export type AlertsPort = {
  head(sight: Sight): Promise<AlertsHead>;
  incidents(
    filter: IncidentFilter,
    page: { readonly after: string | null; readonly limit: number },
    sight: Sight,
  ): Promise<IncidentsPage>;
  /** Every incident behind the filter, for CSV. */
  export(filter: IncidentFilter, sight: Sight): AsyncIterable<readonly IncidentRow[]>;
  /** null = there is no such incident, or none of the reader's. */
  incident(id: number, sight: Sight): Promise<IncidentPage | null>;
  /** Everything a vendor asks for, as a zip; null = there is no such incident. */
  evidence(id: number, sight: Sight): Promise<Uint8Array | null>;
  cardHealth(uuid: string, window: { readonly from: number; readonly to: number }): Promise<CardHealth>;
  /** @throws ServiceError when it is resolved already. `note` may be "". */
  acknowledge(id: number, who: string, note: string): Promise<void>;
  unacknowledge(id: number, who: string): Promise<void>;
  assign(id: number, who: string, assignee: string): Promise<void>;
  note(id: number, who: string, text: string): Promise<void>;
  /** A person says it is over. It opens anew when the condition is still seen after the rule's time. */
  resolve(id: number, who: string, note: string): Promise<void>;
  /** The breaker's loss is real: what it held opens, with its true times. */
  confirm(id: number, who: string): Promise<void>;
  rules(): Promise<RulesPage>;
  /** Saves a version. @throws ServiceError naming the part at fault */
  saveRule(draft: RuleDraft, who: string): Promise<void>;
  /** A tuned rule becomes as built in again; a user's rule is taken away. */
  dropRule(ruleId: string, who: string, why: string): Promise<void>;
  /** Replays the stored history; answers the number under which its progress is asked for. */
  startLab(draft: RuleDraft, days: number): string;
  /** @throws ServiceError invalid for somebody who may not see the money its rule is about */
  lab(id: string, sight: Pick<Sight, "money">): LabProgress | null;
  cancelLab(id: string): void;
  silences(): Promise<readonly SilenceRow[]>;
  addSilence(wish: Omit<Silence, "id" | "endedAt">): Promise<number>;
  endSilence(id: number, who: string): Promise<void>;
  channels(): Promise<ChannelsPage>;
  saveChannel(wish: ChannelWish, who: string, sight?: Pick<Sight, "money">): Promise<number>;
  removeChannel(id: number, who: string): Promise<void>;
  /** Sends a test message now and says what was answered. */
  testChannel(id: number): Promise<{ readonly ok: boolean; readonly said: string }>;
  enableChannel(id: number, enabled: boolean, who: string): Promise<void>;
  saveRoutes(routes: readonly RouteWish[], who: string): Promise<void>;
  /** Messages that were given up, newest first. */
  deadLetters(channelId: number | null): Promise<readonly DeadLetter[]>;
  replay(outboxId: string, who: string): Promise<void>;
  /** What a link in a message lets its reader do; null = it is not ours, or has run out. */
  readLink(token: string): { readonly act: "ack" | "mute"; readonly incidentId: number } | null;
  /** Does what a link says; null = it is not ours, or has run out. */
  actByLink(
    token: string,
  ): Promise<{ readonly ok: boolean; readonly said: string; readonly incidentId: number } | null>;
  /** Alerts of others, committed when it resolves. */
  takeOutside(alerts: readonly OutsideAlert[]): Promise<void>;
  /** Calls back after each round that changed something. Returns the way to stop it. */
  onChange(callback: () => void): () => void;
};

/** Secrets left out stay as they are. */
export type ChannelWish = {
  readonly id: number | null;
  readonly name: string;
  readonly kind: ChannelKind;
  readonly language: Language;
  readonly sendsResolved: boolean;
  readonly showsMoney?: boolean; // left out = as it is; what somebody without money saves shows none
  readonly settings: ChannelSettings;
  readonly secrets: Partial<ChannelSecrets>;
};
export type RouteWish = Omit<Route, "id" | "position"> & { readonly id: number | null };
export type DeadLetter = {
  readonly outboxId: string;
  readonly channelId: number;
  readonly at: number;
  readonly title: string;
  readonly attempts: number;
  readonly lastError: string;
};
