import { beforeEach, describe, expect, test } from "vitest";
import { readChannels } from "../../../../db/store/channels.ts";
import { systemClock } from "../../../../server/clock.ts";
import { openChannel } from "../../../../server/secrets/channel-secrets.ts";
import type { ChannelWish } from "../../../../server/usecases/alerts/alerts-port.ts";
import { openChannelsDesk } from "../../../../server/usecases/alerts/channels-desk.ts";
import { onPglite } from "../../../db/databases.ts";
import { testBox } from "../../../tools/test-box.ts";
import { SETTINGS, WHSEC } from "../../notify/stage.ts";

onPglite("the secrets of a channel", (db) => {
  const box = testBox();
  const notifier = { test: async () => ({ ok: true, said: "" }), wake: () => undefined };
  const desk = () => openChannelsDesk({ db: db(), clock: systemClock, box, notifier, engine: { changed: () => undefined } }); // prettier-ignore
  const wish = (id: number | null, secrets: ChannelWish["secrets"]): ChannelWish => ({ id, name: "duty", kind: "webhook", language: "en", sendsResolved: true, settings: SETTINGS, secrets }); // prettier-ignore
  const known = async () => {
    const [channel] = await readChannels(db());
    return await openChannel(box, channel!);
  };
  let id = 0;
  beforeEach(async () => {
    await db().query("DELETE FROM channel");
    id = await desk().saveChannel(wish(null, { url: "https://a.example/hook/first", secret: WHSEC, previousSecret: WHSEC }), "x"); // prettier-ignore
  });

  test("stay when it is edited, and when its address changes within its host", async () => {
    await desk().saveChannel(wish(id, {}), "x");
    await desk().saveChannel(wish(id, { url: "https://a.example/hook/second" }), "x");
    expect(await known()).toEqual({ url: "https://a.example/hook/second", secret: WHSEC, previousSecret: WHSEC });
  });

  test.each(["https://b.example/hook/first", "https://a.example:8443/hook/first", "http://a.example/hook/first"])(
    "are dropped when the address becomes %s",
    async (url) => {
      await desk().saveChannel(wish(id, { url }), "x");
      expect(await known()).toEqual({ url, secret: "", previousSecret: "" });
    },
  );

  describe("that do not open any more", () => {
    beforeEach(async () => void (await db().query("UPDATE channel SET sealed = '\\x02'::bytea")));
    test("are entered anew with an address", async () => {
      await expect(desk().saveChannel(wish(id, { secret: WHSEC }), "x")).rejects.toThrow(/its address and its secrets anew/); // prettier-ignore
      await desk().saveChannel(wish(id, { url: "https://a.example/hook/third", secret: WHSEC }), "x");
      expect(await known()).toEqual({ url: "https://a.example/hook/third", secret: WHSEC, previousSecret: "" });
    });
  });

  test("are on no list: at most the last four characters of the address", async () => {
    await desk().saveChannel(wish(id, { url: "https://a.example/hook/first/of/all" }), "x");
    const [row] = (await desk().channels()).rows;
    const text = JSON.stringify(row);
    expect(row!.shownAddress).toBe("a.example/…/all");
    for (const secret of [WHSEC, "hook/first", "sealed"]) expect(text).not.toContain(secret);
  });
});
