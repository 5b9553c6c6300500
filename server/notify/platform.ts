/** What a kind of channel must be able to do: say a notice in the platform's own form, and read its answer. */
import type { ChannelSecrets, ChannelSettings, DeliveryClass, Notice } from "../../db/model/channel.ts";
import type { UnixMs } from "../../db/model/units.ts";

/** Everything a body is made of. The same message id always has the same notice, settings aside. */
export type ToSay = {
  readonly id: string; // of the message: the same in every attempt
  readonly at: UnixMs; // when the message was made
  readonly now: UnixMs; // of the attempt: signatures are fresh each time
  readonly notice: Notice;
  readonly settings: ChannelSettings;
  readonly secrets: ChannelSecrets;
};

/** What leaves the process. The URL is a secret: it goes to the sender and nowhere else. */
export type Outgoing = HttpPost | Mail;
export type HttpPost = {
  readonly via: "http";
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};
export type Mail = {
  readonly via: "smtp";
  readonly server: MailServer;
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly messageId: string;
  readonly at: UnixMs;
  readonly attachments?: readonly MailFile[];
};
/** `name` is made by us: letters, digits, dashes and one dot. */
export type MailFile = { readonly name: string; readonly type: string; readonly bytes: Uint8Array };
export type MailServer = {
  readonly host: string;
  readonly port: number;
  readonly tls: "implicit" | "starttls" | "none"; // none only when the URL says ?tls=no
  readonly user: string; // "" = no sign-in
  readonly password: string;
};

/** What was answered, as far as it was read. */
export type Answer = {
  readonly at: UnixMs; // when it came
  readonly status: number; // HTTP, or SMTP
  readonly body: string; // at most 4 KiB; hostile
  readonly headers: Readonly<Record<string, string>>; // lower-case names
};

/** `text` is the platform's own explanation, cut and printable; retryAfterMs null = it asks for nothing. */
export type AnswerMeans = {
  readonly class: DeliveryClass;
  readonly retryAfterMs: number | null;
  readonly text: string;
};

/** At most `count` requests in any `perMs`. */
export type RateLimit = { readonly count: number; readonly perMs: number };

export type Platform = {
  /** Of the whole request body, in bytes; for the reason see the file of the platform. */
  readonly mostBytes: number;
  readonly rate: readonly RateLimit[];
  /** Incidents that fit one message with room to spare: how many waiting messages become one digest. */
  readonly digestLines: number;
  /** @throws ChannelFault when the settings or secrets cannot make a request */
  readonly render: (say: ToSay) => Outgoing;
  readonly read: (answer: Answer) => AnswerMeans;
};

/** The channel itself is set up wrongly: a person must mend it. The message says what, never the secret. */
export class ChannelFault extends Error {
  override readonly name = "ChannelFault";
}
