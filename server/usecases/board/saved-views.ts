import type { Actor } from "../../../db/model/access.ts";
import type { Database } from "../../../db/database.ts";
import { unixMs } from "../../../db/model/units.ts";
import {
  addView,
  changeView,
  countViews,
  readViews,
  removeView,
  type SavedView,
} from "../../../db/store/saved-views.ts";
import type { Deps } from "../../context.ts";
import { ServiceError } from "../../errors.ts";
import type { SavedViewsPort } from "./ports.ts";

export const createSavedViews = (db: Database): SavedViewsPort => ({
  list: (page) => readViews(db, page),
  count: (page) => countViews(db, page),
  add: (view) => addView(db, { ...view, savedAt: unixMs(view.savedAt) }),
  change: (id, part) => changeView(db, id, part),
  remove: (id) => removeView(db, id),
});

/** A list longer than this is no list of favourites any more. */
const MOST_VIEWS = 200;

type ViewDeps = Pick<Deps, "clock" | "views">;

/** Everybody's views of a page; of people with teams, whose addresses may name anything, one's own. */
export async function listViews(
  deps: ViewDeps,
  page: string,
  { name, teams }: Pick<Actor, "name" | "teams">,
): Promise<readonly SavedView[]> {
  const views = await deps.views.list(page);
  return teams === null ? views : views.filter(({ savedBy }) => savedBy === name);
}

/** Keeps an address under a name. @throws ServiceError invalid when the name is taken or the page has too many */
export async function saveView(
  deps: ViewDeps,
  view: { readonly page: string; readonly name: string; readonly query: string },
  who: string,
): Promise<SavedView> {
  if ((await deps.views.count(view.page)) >= MOST_VIEWS)
    throw new ServiceError("invalid", `this page has ${MOST_VIEWS} saved views already: delete one first`);
  const saved = await deps.views.add({ ...view, savedBy: who, savedAt: deps.clock.now() });
  if (saved === null) throw nameTaken(view.name);
  return saved;
}

/** Gives a view another name or another address. @throws ServiceError not_found, or invalid when the name is taken */
export async function changeSavedView(
  deps: ViewDeps,
  { id, ...part }: { readonly id: number; readonly name?: string | undefined; readonly query?: string | undefined },
): Promise<SavedView> {
  const changed = await deps.views.change(id, part);
  if (changed === "taken") throw nameTaken(part.name ?? "");
  if (changed === null) throw noView();
  return changed;
}

/** @throws ServiceError not_found when somebody else deleted it first */
export async function deleteView(deps: ViewDeps, id: number): Promise<void> {
  if (!(await deps.views.remove(id))) throw noView();
}

const nameTaken = (name: string): ServiceError =>
  new ServiceError("invalid", `a view called “${name}” exists already: choose another name, or delete that one first`);

const noView = (): ServiceError => new ServiceError("not_found", "this saved view is gone: somebody deleted it");
