import { eq } from "drizzle-orm";
import type { Executor } from "../database.ts";
import type { UnixMs } from "../model/units.ts";
import { setting } from "../schema/setting.ts";

/** A remembered value; undefined when nothing was ever written. The caller knows the shape it wrote, and checks it. */
export async function readSetting(db: Executor, key: string): Promise<unknown> {
  const [row] = await db.orm.select({ value: setting.value }).from(setting).where(eq(setting.key, key));
  return row?.value;
}

/** Remembers a value (plain JSON), in place of the one before. */
export async function putSetting(db: Executor, key: string, value: unknown, at: UnixMs): Promise<void> {
  const row = { value, writtenAtMs: at };
  await db.orm
    .insert(setting)
    .values({ key, ...row })
    .onConflictDoUpdate({ target: setting.key, set: row });
}
