/** One try of one message: rendered, signed, sent, its answer read. Never throws. */
import type { ChannelSecrets } from "../../db/model/channel.ts";
import type { Clock } from "../../db/model/clock.ts";
import type { ClaimedMessage } from "../../db/store/outbox.ts";
import { type Sender, SendError } from "../egress/sender.ts";
import { means } from "./answers.ts";
import { sendMail } from "./mailer.ts";
import { type Answer, type AnswerMeans, ChannelFault, type Outgoing } from "./platform.ts";
import { classify, PLATFORMS } from "./platforms.ts";
import { redact } from "./redact.ts";

export type Tried = AnswerMeans & { readonly status: number; readonly tookMs: number };

export type AttemptParts = { readonly sender: Sender; readonly clock: Clock; readonly deadlineMs: number };

/** @returns what came of it; nothing in it holds a piece of the address or of a secret */
export async function attempt(
  { sender, clock, deadlineMs }: AttemptParts,
  claimed: ClaimedMessage,
  secrets: ChannelSecrets,
): Promise<Tried> {
  const started = clock.monotonicMs();
  const nothing: Answer = { at: clock.now(), status: 0, body: "", headers: {} };
  const tell = (said: AnswerMeans, status: number): Tried => ({
    ...said,
    text: redact(said.text, secrets),
    status,
    tookMs: clock.monotonicMs() - started,
  });
  const { kind, settings } = claimed.channel;
  let outgoing: Outgoing;
  try {
    outgoing = PLATFORMS[kind].render({
      id: claimed.id,
      at: claimed.at,
      now: clock.now(),
      notice: claimed.notice,
      settings,
      secrets,
    });
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return tell(means(error instanceof ChannelFault ? "auth" : "bad_body", nothing, text), 0);
  }
  try {
    const answer = await leave(outgoing, sender, clock, deadlineMs);
    return tell(classify(kind, answer), answer.status);
  } catch (error) {
    if (!(error instanceof SendError)) return tell(means("maybe_posted", nothing, "the answer could not be read"), 0);
    const faults = { refused: "auth", unreachable: "unavailable", maybe_posted: "maybe_posted" } as const;
    return tell(means(faults[error.fault], nothing, error.message), 0);
  }
}

async function leave(outgoing: Outgoing, sender: Sender, clock: Clock, deadlineMs: number): Promise<Answer> {
  if (outgoing.via === "smtp") return await sendMail(sender, clock, outgoing, deadlineMs);
  const { url, headers, body } = outgoing;
  return { at: clock.now(), ...(await sender.post({ url, headers, body, deadlineMs })) };
}
