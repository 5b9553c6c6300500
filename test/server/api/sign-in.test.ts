import { expect, test, vi } from "vitest";
import { type AccessPort, openAccess } from "../../../server/usecases/access/access-port.ts";
import { stageApi } from "./stage.ts";

test("of a flood two are judged at once, fifty wait, and the rest are turned away before anything is asked (AUT-02)", async () => {
  const judged: (() => void)[] = [];
  const signIn = () =>
    new Promise(
      (answer) => void judged.push(() => answer({ wrong: "the e-mail or the password is wrong", waitS: null })),
    );
  const access: AccessPort = { ...openAccess, accounts: { signIn } as unknown as NonNullable<AccessPort["accounts"]> };
  const { app } = await stageApi({ access });
  await app.ready();
  const ended: string[] = [];
  for (let n = 0; n < 60; n += 1) {
    const headers = { host: "127.0.0.1", "content-type": "application/json" };
    const payload = { email: `p${n}@example.com`, password: "wrong" };
    void app
      .inject({ method: "POST", url: "/api/sign-in", headers, payload })
      .then(({ statusCode, headers: said }) => ended.push(`${statusCode} ${String(said["retry-after"])}`));
  }
  await vi.waitFor(() => expect(ended).toEqual(Array.from({ length: 8 }, () => "503 5")), 20_000);
  expect(judged).toHaveLength(2);
  for (let done = 0; done < 52; done += 1) {
    while (judged.length <= done) await new Promise(setImmediate);
    judged[done]?.();
  }
  await vi.waitFor(() => expect(ended.filter((one) => one.startsWith("401"))).toHaveLength(52), 20_000);
  await app.close();
});
