import { useTranslation } from 'react-i18next';

export function DistrictPage() {
  const { t } = useTranslation('district');
  return <main className="ui-centre">{t('title')}</main>;
}
