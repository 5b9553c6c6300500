import { expect, test } from "vitest";
import { stageApi } from "./stage.ts";

const form = { "content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin" };
const CLAIM = { act: "ack", incidentId: 7 } as const;

async function stage() {
  const acts: string[] = [];
  const { app } = await stageApi({
    alerts: {
      readLink: (token) => (token === "good" ? CLAIM : null),
      actByLink: async (token) => {
        if (token !== "good") return null;
        acts.push(token);
        return { ok: false, said: "<b>already</b>", incidentId: 7 };
      },
    },
  });
  return { app, acts };
}

test("opening a link asks, and does nothing: chat programs open links to show previews", async () => {
  const { app, acts } = await stage();
  const answer = await app.inject({ method: "GET", url: "/alert-act/good" });
  expect(answer.statusCode).toBe(200);
  expect(answer.body).toContain('<form method="post">');
  expect(answer.body).toContain("#7");
  expect((await app.inject({ method: "HEAD", url: "/alert-act/good" })).statusCode).toBe(200);
  expect(acts).toEqual([]);
});

test("the button does it once it is pressed, and what went wrong is text", async () => {
  const { app, acts } = await stage();
  const answer = await app.inject({ method: "POST", url: "/alert-act/good", headers: form, payload: "" });
  expect(answer.statusCode).toBe(200);
  expect(acts).toEqual(["good"]);
  expect(answer.body).toContain("&lt;b&gt;already&lt;/b&gt;");
});

test("a link that ran out, or is not ours, does nothing", async () => {
  const { app } = await stage();
  for (const method of ["GET", "POST"] as const)
    expect(
      (await app.inject({ method, url: "/alert-act/bad", headers: method === "POST" ? form : {} })).statusCode,
    ).toBe(410);
});

test("a page of somebody else cannot press it", async () => {
  const { app, acts } = await stage();
  const answer = await app.inject({
    method: "POST",
    url: "/alert-act/good",
    headers: { ...form, "sec-fetch-site": "cross-site" },
    payload: "",
  });
  expect(answer.statusCode).toBe(403);
  expect(acts).toEqual([]);
});
