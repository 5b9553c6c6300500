import { NativeSelect, TextInput } from "@mantine/core";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { fromParams, toParams } from "../../lib/search-params.ts";
import { decodeUnits, encodeUnits, UNITS_TABS, type UnitsView } from "../../lib/units-url.ts";
import { useKeys } from "../../lib/use-keys.ts";
import { useMay, usePermissions } from "../../lib/use-me.ts";
import { useTitle } from "../../lib/use-title.ts";
import { SourcesPanel } from "../../panels/units/SourcesPanel.tsx";
import { TermsPanel } from "../../panels/units/TermsPanel.tsx";
import { UnitsImport } from "../../panels/units/UnitsImport.tsx";
import { type UnitFeatures, useFeatures } from "../../panels/units/use-features.ts";
import { LoadingRows } from "../../parts/Loading.tsx";
import { PanelError } from "../../parts/PanelError.tsx";
import { TabBar } from "../../parts/TabBar.tsx";
import { AsOf } from "../../shell/AsOf.tsx";
import "../../styles/pricing.css";
import "../../styles/mapping.css";

/** What features produce, what that earns, and what they cost besides cards: where the numbers come from. */
export function UnitsPage() {
  const { t } = useTranslation();
  useTitle(t("usage.title"));
  const search = useSearch({ from: "/units" });
  const navigate = useNavigate({ from: "/units" });
  const mayMap = useMay("mapping.write");
  const mayPrice = useMay("prices.write");
  const may = usePermissions();
  const tabs = UNITS_TABS.filter((id) => id === "sources" || (id === "import" ? mayMap : may("money.see")));
  const asked = useMemo(() => decodeUnits(toParams(search)), [search]);
  const tab = tabs.includes(asked.tab) ? asked.tab : "sources";
  const mayWrite = tab === "sources" ? mayMap : mayPrice;
  const view = useMemo(
    () => ({ ...asked, tab, form: mayWrite && tab === asked.tab ? asked.form : null }), // no address opens what is not theirs
    [asked, tab, mayWrite],
  );
  const change = (part: Partial<UnitsView>) =>
    void navigate({
      replace: part.tab === undefined && part.form === undefined,
      search: ({ lang }) => ({ ...(lang && { lang }), ...fromParams(encodeUnits({ ...view, ...part })) }),
    });
  useKeys({ "/": () => document.querySelector<HTMLElement>("[data-filter]")?.focus() });
  const { answer, features } = useFeatures();
  return (
    <div className="page">
      <header className="page-head">
        <h1>{t("usage.title")}</h1>
        {features !== null && <AsOf at={answer.dataUpdatedAt} />}
        <p className="lead">{t("usage.lead")}</p>
      </header>
      {answer.error !== null && (
        <PanelError
          what={t("usage.what")}
          wholePage
          error={answer.error}
          kept={features !== null}
          busy={answer.isFetching}
          onRetry={() => void answer.refetch()}
        />
      )}
      {answer.isPending && <LoadingRows rows={12} />}
      {features?.list.length === 0 && (
        <section className="first-source">
          <p>{t("usage.noFeatures")}</p>
          <p>
            {mayMap && (
              <Link to="/mapping" search={{ tab: "features", form: "add" }} className="button">
                {t("usage.toFeatures")}
              </Link>
            )}
          </p>
        </section>
      )}
      {features !== null && features.list.length > 0 && (
        <TabBar
          label={t("usage.tabs.label")}
          tabs={tabs.map((id) => ({ id, name: t(`usage.tabs.${id}`) }))}
          chosen={view.tab}
          onChoose={(tab) => change({ tab, form: null, id: null, about: null, source: null })}
        >
          <div className="mapping-parts">
            {view.tab !== "import" && <Filters features={features} view={view} onChange={change} />}
            {view.tab === "sources" && (
              <SourcesPanel features={features} view={view} mayWrite={mayWrite} onChange={change} />
            )}
            {(view.tab === "prices" || view.tab === "costs") && (
              <TermsPanel
                key={view.tab}
                of={view.tab}
                features={features}
                view={view}
                mayWrite={mayWrite}
                onChange={change}
              />
            )}
            {view.tab === "import" && <UnitsImport zone={features.zone} />}
          </div>
        </TabBar>
      )}
    </div>
  );
}

function Filters(props: { features: UnitFeatures; view: UnitsView; onChange: (part: Partial<UnitsView>) => void }) {
  const { t } = useTranslation();
  const { features, view, onChange } = props;
  return (
    <div className="units-filters">
      <NativeSelect
        size="xs"
        aria-label={t("usage.feature")}
        value={view.feature ?? ""}
        onChange={(event) => onChange({ feature: event.currentTarget.value === "" ? null : event.currentTarget.value })}
        data={[
          { value: "", label: t("usage.all") },
          ...features.list.map(({ key, name }) => ({ value: key, label: name === key ? key : `${name} (${key})` })),
          ...(view.feature === null || features.list.some(({ key }) => key === view.feature) ? [] : [view.feature]),
        ]}
      />
      <TextInput
        size="xs"
        className="book-search"
        aria-label={t("usage.search")}
        placeholder={t("usage.search")}
        data-filter=""
        maxLength={200}
        value={view.search}
        onChange={(event) => onChange({ search: event.currentTarget.value })}
      />
      {(view.feature !== null || view.search !== "") && (
        <button type="button" className="button" onClick={() => onChange({ feature: null, search: "" })}>
          {t("usage.clear")}
        </button>
      )}
    </div>
  );
}
