import { ActionIcon, Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ChannelsPage } from "../../../db/model/alert-views.ts";
import { MINUTE_MS } from "../../../db/model/time.ts";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { Refused } from "../../parts/Refused.tsx";
import { approvalOf, trpc } from "../../trpc.ts";
import { moved, newRoute, type RouteDraft, sendable } from "./route-draft.ts";
import { RouteForm } from "./RouteForm.tsx";
import { useChannelsChange } from "./use-channels-change.ts";

/** Which incidents go where, in the order they are tried. Every change is saved at once. */
export function RoutesPanel({ page }: { page: ChannelsPage }) {
  const { t } = useTranslation();
  const changed = useChannelsChange();
  const [edited, setEdited] = useState<{ readonly at: number; readonly draft: RouteDraft } | null>(null);
  const save = useMutation(trpc.alerts.saveRoutes.mutationOptions({ onSuccess: changed }));
  const waits = approvalOf(save.error);
  const put = (routes: readonly RouteDraft[], onSuccess?: () => void) =>
    save.mutate(
      { routes: routes.map(sendable) },
      {
        ...(onSuccess !== undefined && { onSuccess }),
        onError: (error) => approvalOf(error) !== null && setEdited(null), // asked for: the form has done its part
      },
    );
  const { routes } = page;
  return (
    <PanelFrame
      title={t("channels.routes.title")}
      note={t("channels.routes.lead")}
      actions={
        <Button
          size="compact-sm"
          disabled={page.rows.length === 0}
          onClick={() => setEdited({ at: routes.length, draft: newRoute(page.rows.slice(0, 1).map(({ id }) => id)) })}
        >
          {t("channels.routes.add")}
        </Button>
      }
    >
      <Refused error={save.error} says={(why) => t("channels.failed", { why })} />
      {routes.length === 0 ? (
        <p className="panel-empty">{t("channels.routes.none")}</p>
      ) : (
        <ol className="routes">
          {routes.map((route, at) => (
            <li key={route.id}>
              <RouteLine route={route} page={page} />
              <span className="review-actions">
                {([-1, 1] as const).map((by) => {
                  const Arrow = by < 0 ? IconArrowUp : IconArrowDown;
                  return (
                    <ActionIcon
                      key={by}
                      variant="subtle"
                      color="gray"
                      size={24}
                      disabled={save.isPending || at + by < 0 || at + by >= routes.length}
                      aria-label={t(by < 0 ? "channels.routes.up" : "channels.routes.down", { name: route.name })}
                      onClick={() => put(moved(routes, at, by))}
                    >
                      <Arrow size={16} />
                    </ActionIcon>
                  );
                })}
                <Button size="compact-sm" variant="subtle" onClick={() => setEdited({ at, draft: route })}>
                  {t("channels.routes.edit")}
                </Button>
                <Button
                  size="compact-sm"
                  variant="subtle"
                  loading={save.isPending}
                  onClick={() => put(routes.filter((one) => one !== route))}
                >
                  {t("channels.routes.remove")}
                </Button>
              </span>
            </li>
          ))}
        </ol>
      )}
      {edited !== null && (
        <RouteForm
          key={edited.at}
          draft={edited.draft}
          page={page}
          isBusy={save.isPending}
          error={waits === null ? (save.error?.message ?? null) : null}
          onSave={(draft) => {
            put(
              edited.at < routes.length ? routes.with(edited.at, draft as (typeof routes)[number]) : [...routes, draft],
              () => setEdited(null),
            );
          }}
          onClose={() => setEdited(null)}
        />
      )}
    </PanelFrame>
  );
}

function RouteLine({ route, page }: { route: RouteDraft; page: ChannelsPage }) {
  const { t } = useTranslation();
  const namesOf = (ids: readonly number[]) =>
    ids.map((id) => page.rows.find((row) => row.id === id)?.name ?? `#${id}`).join(", ");
  const parts = [
    ...route.severities.map((severity) => t(`alerts.severity.${severity}`)),
    ...route.ruleIds,
    ...Object.values(route.where).flat(),
  ];
  return (
    <span className="route-line">
      <strong>{route.name}</strong>
      <span>{parts.length === 0 ? t("channels.routes.all") : parts.join(" · ")}</span>
      <span>
        {route.channelIds.length === 0
          ? t("channels.routes.toNobody")
          : t("channels.routes.to", { names: namesOf(route.channelIds) })}
      </span>
      {route.escalations.map((step) => (
        <span key={step.afterMs} className="muted">
          {t("channels.routes.escalates", { time: `${step.afterMs / MINUTE_MS} min`, names: namesOf(step.channelIds) })}
        </span>
      ))}
      {route.goesOn && <span className="muted">{t("channels.routes.goesOn")}</span>}
    </span>
  );
}
