import { Alert, Button, Form, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Failure } from '../../domain/result.ts';
import { useHello, useLink } from '../link/hooks.ts';

interface Entry {
  readonly staffNumber: string;
  readonly pin: string;
}

export function SignIn() {
  const { t } = useTranslation('desk');
  const hello = useHello();
  const { signIn, failure, busy } = useSignIn();
  const [form] = Form.useForm<Entry>();
  const submit = async (entry: Entry) => {
    if (!(await signIn(entry))) form.resetFields(['pin']);
  };
  return (
    <main className="desk-sign-in">
      <h1>{hello?.hallName}</h1>
      <p className="desk-sign-in-window">{hello?.windowNumber != null && t('windowOf', { number: hello.windowNumber })}</p>
      <Form
        form={form}
        layout="vertical"
        size="large"
        requiredMark={false}
        onFinish={(entry) => void submit(entry)}
        aria-label={t('signIn.title')}
      >
        <h2>{t('signIn.title')}</h2>
        <Form.Item name="staffNumber" label={t('signIn.number')} rules={[{ required: true, message: t('signIn.missingNumber') }]}>
          <Input autoFocus autoComplete="off" maxLength={40} />
        </Form.Item>
        <Form.Item name="pin" label={t('signIn.pin')} rules={[{ required: true, message: t('signIn.missingPin') }]}>
          <Input.Password autoComplete="off" maxLength={40} visibilityToggle={false} />
        </Form.Item>
        {failure && <Alert type="error" showIcon role="alert" title={failure.message} />}
        <Button type="primary" htmlType="submit" block loading={busy}>
          {t('signIn.submit')}
        </Button>
      </Form>
    </main>
  );
}

/** Signing in, or proving again that one is still the same person. */
export function useSignIn() {
  const link = useLink();
  const [failure, setFailure] = useState<Failure | null>(null);
  const [busy, setBusy] = useState(false);
  const signIn = async ({ staffNumber, pin }: Entry): Promise<boolean> => {
    setBusy(true);
    const result = await link.call('staff.signIn', { staffNumber: staffNumber.trim(), pin });
    setBusy(false);
    setFailure(result.ok ? null : result.error);
    return result.ok;
  };
  return { signIn, failure, busy };
}
