import { readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { systemClock } from "../../../server/clock.ts";
import { openSender } from "../../../server/egress/sender.ts";
import { email, mailServer } from "../../../server/notify/channels/email.ts";
import { sendMail } from "../../../server/notify/mailer.ts";
import type { Mail } from "../../../server/notify/platform.ts";
import { type FakeSmtp, type FakeSmtpOptions, startFakeSmtp } from "../../services/fake-smtp.ts";
import { makeTlsFixtures, opensslMissing, type TlsFixtures } from "../../services/tls-fixtures.ts";
import { aLine, aNotice, SETTINGS, toSay } from "./stage.ts";

const open: FakeSmtp[] = [];
afterEach(async () => {
  for (const smtp of open.splice(0)) await smtp.stop();
});

describe.skipIf(opensslMissing() !== null)("mail", () => {
  let fixtures: TlsFixtures;
  beforeAll(() => {
    fixtures = makeTlsFixtures();
  });
  afterAll(() => fixtures?.remove());

  const start = async (options: FakeSmtpOptions = {}): Promise<FakeSmtp> => {
    const smtp = await startFakeSmtp(options);
    open.push(smtp);
    return smtp;
  };
  const mail = (url: string, secret = "", title = "[紧急] 双比特 ECC 错误"): Mail =>
    email.render(
      toSay("email", {
        secrets: { url, secret, previousSecret: "" },
        settings: {
          ...SETTINGS,
          to: ["duty@example.com", "no address", "ops@example.com"],
          from: "dapan@example.com",
        },
        notice: aNotice({ title, lines: [aLine({ what: "<b>GPU</b> http://evil.example" })] }),
      }),
    ) as Mail;
  const send = (one: Mail, allow: readonly string[] = ["127.0.0.0/8"]) =>
    sendMail(
      openSender({ clock: systemClock, egress: { allow }, ca: readFileSync(fixtures.caFile, "utf8") }),
      systemClock,
      one,
      3_000,
    );

  test("goes out over TLS from the start, signed in, in both forms, with the id of its message", async () => {
    const smtp = await start({ certificate: fixtures.good, implicit: true });
    expect(await send(mail(`smtps://dapan%40example.com@127.0.0.1:${smtp.port}`, "p4ss"))).toMatchObject({
      status: 250,
    });
    const [got] = smtp.mails;
    expect(got).toMatchObject({
      from: "dapan@example.com",
      to: ["duty@example.com", "ops@example.com"],
      isSecure: true,
      auth: "\0dapan@example.com\0p4ss",
    });
    expect(got!.data).toMatch(/^Message-ID: <msg_01JTEST0000000000000000000@example\.com>$/m);
    expect(got!.data).toMatch(/^Auto-Submitted: auto-generated$/m);
    expect(got!.data).toMatch(/^Subject: =\?UTF-8\?/m);
    expect(got!.data).toMatch(/Content-Type: text\/plain[\s\S]*Content-Type: text\/html/);
  });

  test("insists on STARTTLS: a server without it gets nothing, and no password", async () => {
    const good = await start({ certificate: fixtures.good });
    expect(await send(mail(`smtp://dapan@127.0.0.1:${good.port}`, "p4ss"))).toMatchObject({ status: 250 });
    expect(good.mails).toMatchObject([{ isSecure: true, auth: "\0dapan\0p4ss" }]);
    const bare = await start();
    await expect(send(mail(`smtp://dapan@127.0.0.1:${bare.port}`, "p4ss"))).rejects.toMatchObject({
      fault: "unreachable",
    });
    const wrong = await start({ certificate: fixtures.wrongName, implicit: true });
    await expect(send(mail(`smtps://dapan@127.0.0.1:${wrong.port}`, "p4ss"))).rejects.toMatchObject({
      fault: "unreachable",
    });
    const alsoWrong = await start({ certificate: fixtures.wrongName });
    await expect(send(mail(`smtp://dapan@127.0.0.1:${alsoWrong.port}`, "p4ss"))).rejects.toMatchObject({
      fault: "unreachable",
    });
    expect([...bare.mails, ...wrong.mails, ...alsoWrong.mails]).toEqual([]);
  });

  test("without TLS only where it was said and the address is listed", async () => {
    const smtp = await start();
    const plain = mail(`smtp://127.0.0.1:${smtp.port}?tls=no`);
    await expect(send(plain, [])).rejects.toMatchObject({ fault: "refused" });
    expect(await send(plain)).toMatchObject({ status: 250 });
    expect(smtp.mails).toHaveLength(1);
  });

  test.each([
    ["AUTH", "535 5.7.8 no", "auth"],
    ["RCPT", "550 5.1.1 no such user", "auth"],
    ["RCPT", "451 4.7.1 greylisted", "unavailable"],
    [".", "552 5.3.4 too big", "bad_body"],
    [".", "421 4.3.2 closing", "unavailable"],
  ])("%s answered %s is %s", async (command, line, is) => {
    const smtp = await start({
      certificate: fixtures.good,
      implicit: true,
      answer: (asked) => (asked === command ? line : null),
    });
    const answer = await send(mail(`smtps://dapan@127.0.0.1:${smtp.port}`, "p4ss"));
    expect(email.read(answer).class).toBe(is);
  });

  test.each([
    [".", "maybe_posted"],
    ["RCPT", "unreachable"],
    ["GREETING", "unreachable"],
  ])("a connection that breaks at %s: %s", async (command, fault) => {
    const smtp = await start({ answer: (asked) => (asked === command ? "" : null) });
    await expect(send(mail(`smtp://127.0.0.1:${smtp.port}?tls=no`))).rejects.toMatchObject({ fault });
  });

  test("a title cannot add a header", async () => {
    const smtp = await start();
    await send(mail(`smtp://127.0.0.1:${smtp.port}?tls=no`, "", "a\r\nBcc: victim@example.com\r\n\r\nbody"));
    expect(smtp.mails[0]).toMatchObject({ to: ["duty@example.com", "ops@example.com"] });
    expect(smtp.mails[0]!.data).not.toMatch(/^Bcc:/m);
  });
});

test.each([
  ["mail.example.com", /not a URL/],
  ["https://mail.example.com", /neither smtps nor smtp/],
  ["smtps://user:pass@mail.example.com", /belongs in the secret/],
  ["smtp://user@mail.example.com?tls=no", /must not be signed in/],
])("%s is no mail server", (url, why) => {
  expect(() => mailServer(url, "")).toThrow(why);
});

test("ports are those of the kind", () => {
  expect(mailServer("smtps://u@h", "p")).toMatchObject({ port: 465, tls: "implicit" });
  expect(mailServer("smtp://u@h", "p")).toMatchObject({ port: 587, tls: "starttls" });
  expect(mailServer("smtp://h?tls=no", "")).toMatchObject({ port: 25, tls: "none" });
});
