import { Button } from "@mantine/core";
import { Component, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

type Props = { readonly what: string; readonly children: ReactNode };

/** Keeps one panel's bug from taking the page with it. */
export class ErrorBoundary extends Component<Props, { readonly failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return <Crashed what={this.props.what} onRedraw={() => this.setState({ failed: false })} />;
  }
}

function Crashed({ what, onRedraw }: { what: string; onRedraw: () => void }) {
  const { t } = useTranslation();
  return (
    <div className="notice notice-error" role="alert">
      <p className="notice-title">{t("panel.crashed", { what })}</p>
      <p>{t("panel.crashedHint")}</p>
      <Button size="xs" variant="default" onClick={onRedraw}>
        {t("panel.redraw")}
      </Button>
    </div>
  );
}
