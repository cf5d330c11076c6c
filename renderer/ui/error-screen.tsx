import { Component, type ErrorInfo, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { BigButton } from './big-button.tsx';
import { useCallStaff } from './call-staff.ts';

interface Props {
  readonly children: ReactNode;
  /** Called before the page is tried again, e.g. to wipe a session. */
  readonly onRetry?: () => void;
}

/** A bug in a page must not become a blank screen: a plain sentence, a retry and a way to a person. */
export class ErrorScreen extends Component<Props, { readonly failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { readonly failed: boolean } {
    return { failed: true };
  }

  override componentDidCatch(error: Error, info: ErrorInfo): void {
    console.error('page failed', error.message, info.componentStack);
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return <Failed onRetry={this.#retry} />;
  }

  readonly #retry = (): void => {
    this.props.onRetry?.();
    this.setState({ failed: false });
  };
}

function Failed({ onRetry }: { readonly onRetry: () => void }) {
  const { t } = useTranslation('ui');
  const callStaff = useCallStaff();
  const [said, setSaid] = useState('');
  const call = async () => setSaid((await callStaff()) ? t('staffCalled') : t('staffNotReached'));
  return (
    <main className="ui-centre" role="alert">
      <h1>{t('errorTitle')}</h1>
      <p>{t('errorWhat')}</p>
      <BigButton kind="primary" onClick={onRetry}>
        {t('retry')}
      </BigButton>
      <BigButton kind="help" onClick={() => void call()}>
        {t('callStaff')}
      </BigButton>
      <p role="status">{said}</p>
    </main>
  );
}
