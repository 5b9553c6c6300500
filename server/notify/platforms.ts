import type { ChannelKind } from "../../db/model/channel.ts";
import { alertmanager } from "./channels/alertmanager.ts";
import { alertmanagerWebhook } from "./channels/alertmanager-webhook.ts";
import { dingtalk } from "./channels/dingtalk.ts";
import { email } from "./channels/email.ts";
import { feishu } from "./channels/feishu.ts";
import { pagerduty } from "./channels/pagerduty.ts";
import { slack } from "./channels/slack.ts";
import { teams } from "./channels/teams.ts";
import { telegram } from "./channels/telegram.ts";
import { webhook } from "./channels/webhook.ts";
import { wecom } from "./channels/wecom.ts";
import type { Answer, AnswerMeans, Platform } from "./platform.ts";

export const PLATFORMS: Readonly<Record<ChannelKind, Platform>> = {
  feishu,
  dingtalk,
  wecom,
  slack,
  teams,
  telegram,
  email,
  pagerduty,
  alertmanager_webhook: alertmanagerWebhook,
  webhook,
  alertmanager,
};

/** What an answer means, read from its body where the platform puts it there. */
export const classify = (kind: ChannelKind, answer: Answer): AnswerMeans => PLATFORMS[kind].read(answer);
