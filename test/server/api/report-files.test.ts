import { afterEach, expect, test } from "vitest";
import { ServiceError } from "../../../server/errors.ts";
import type { ReportsPort } from "../../../server/usecases/patrol/reports-port.ts";
import { stageApi, type Stage } from "./stage.ts";

const TOKEN = "abcdefghijklmnopqrstuvwxy_-";
const open: Stage[] = [];
afterEach(async () => {
  for (const stage of open.splice(0)) await stage.app.close();
});
const start = async (reports: Partial<ReportsPort>) => {
  const stage = await stageApi({ reports });
  open.push(stage);
  return stage;
};

const PDF = { name: "dapan-weekly-2026-W46-zh.pdf", bytes: Buffer.from("%PDF-1.7") };
const CSV = { name: "dapan-weekly-2026-W46-zh-funnel.csv", bytes: "\uFEFFa,b\r\n" };

test("files go out under names of ours, typed, unsniffed and uncached; the token opens its own and no other (SCH-16)", async () => {
  const asked: unknown[] = [];
  const { app } = await start({
    pdf: async (of, language) => (asked.push([of, language]), PDF),
    csv: async (of, table, language) => (asked.push([of, table, language]), CSV),
  });
  const pdf = await app.inject("/api/reports/7.pdf?lang=en");
  expect(pdf.statusCode).toBe(200);
  expect(pdf.headers).toMatchObject({
    "content-type": "application/pdf",
    "content-disposition": 'attachment; filename="dapan-weekly-2026-W46-zh.pdf"',
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
  });
  expect(pdf.rawPayload.toString()).toBe("%PDF-1.7");
  const csv = await app.inject(`/api/shared/${TOKEN}/funnel.csv?lang=zh-CN`);
  expect(csv.headers["content-type"]).toBe("text/csv; charset=utf-8");
  expect(csv.rawPayload.toString()).toBe(CSV.bytes);
  expect((await app.inject(`/api/shared/${TOKEN}.pdf`)).statusCode).toBe(200);
  expect(asked).toEqual([
    [{ runId: 7 }, "en"],
    [{ token: TOKEN }, "funnel", "zh-CN"],
    [{ token: TOKEN }, "zh-CN"],
  ]);
});

test("an address that names no file asks for nothing", async () => {
  const { app } = await start({
    pdf: () => Promise.reject(new Error("asked")),
    csv: () => Promise.reject(new Error("asked")),
  });
  for (const path of [
    "/api/reports/0.pdf",
    "/api/reports/7.txt",
    "/api/reports/seven.pdf",
    "/api/reports/99999999999.pdf",
    `/api/reports/${TOKEN}.pdf`,
    "/api/reports/7/FUNNEL.csv",
    "/api/reports/7/..%2Fsecrets.csv",
    "/api/reports/7/funnel",
    "/api/shared/7.pdf",
    `/api/shared/${TOKEN}x.pdf`,
  ]) {
    expect((await app.inject(path)).statusCode, path).toBe(404);
  }
});

test("what is not there, ended or was revoked is 404; what cannot be rendered is 503 with the way out", async () => {
  const { app } = await start({
    csv: async () => null,
    pdf: () => Promise.reject(new ServiceError("unavailable", "the PDF could not be made; read the page")),
  });
  expect((await app.inject(`/api/shared/${TOKEN}/funnel.csv`)).statusCode).toBe(404);
  const refused = await app.inject("/api/reports/7.pdf");
  expect([refused.statusCode, refused.json()]).toEqual([503, { error: "the PDF could not be made; read the page" }]);
});

test.each([":of", ":key", "*", "%25", "%2525", "%00", "", "%20", "..", "null", "undefined", "{runId}", "_".repeat(28)])(
  "the literal %j in the place of a name is no file, and asks for nothing (SCH-16)",
  async (literal) => {
    const { app } = await start({
      pdf: () => Promise.reject(new Error("asked")),
      csv: (of) => ("runId" in of && of.runId === 7 ? Promise.resolve(null) : Promise.reject(new Error("asked"))), // no such table
    });
    for (const path of [
      `/api/shared/${literal}.pdf`,
      `/api/shared/${literal}/funnel.csv`,
      `/api/reports/${literal}.pdf`,
      `/api/reports/${literal}/funnel.csv`,
      `/api/reports/7/${literal}.csv`,
    ]) {
      const answer = await app.inject(path);
      expect(answer.statusCode, path).toBe(404);
      expect(answer.headers["x-content-type-options"], path).toBe("nosniff");
    }
  },
);

test("a part of a percent sign is refused and asks for nothing", async () => {
  const { app } = await start({ pdf: () => Promise.reject(new Error("asked")) });
  for (const path of ["/api/shared/%.pdf", "/api/reports/%.pdf", "/api/reports/%E0%A4%A.pdf"])
    expect([400, 404], path).toContain((await app.inject(path)).statusCode);
});
