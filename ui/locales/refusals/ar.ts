/** What refusals mean, in Arabic. */
import type { Catalogue } from '../en.ts';

export const refusals: Catalogue['refusals'] = {
  codes: {
    BadFrame: 'ما كتبته قصير جدًا أو طويل جدًا أو غير صالح.',
    Unauthorized: 'ادخل المحادثة أولًا.',
    NotFound: 'لم يعد ذلك موجودًا.',
    RateLimited: 'تكرر ذلك كثيرًا. انتظر لحظة.',
    TooLarge: 'هذا أكثر من المسموح به.',
    NotJoined: 'لست في هذه الغرفة. افتحها من جديد.',
    Unavailable: 'لا تستطيع المحادثة فعل ذلك الآن. أعد المحاولة بعد لحظات.',
    Forbidden: 'لا يمكنك فعل ذلك هنا.',
    Locked: 'هذه الغرفة مقفلة: لا يكتب فيها إلا مشرفوها.',
    Conflict: 'ذلك مستخدَم أو محذوف، أو سبقك أحد إليه.',
    NameRefused: 'هذا الاسم غير متاح. اختر اسمًا آخر.',
    Unsupported: 'لا تستطيع هذه المحادثة فعل ذلك.',
  },
  login: 'الاسم وكلمة المرور لا يتطابقان.',
  password: 'هذه ليست كلمة مرورك الحالية.',
  wait: (span) => `تكرر ذلك كثيرًا. انتظر ${span}.`,
  most: (limit) => `هذا أكثر من المسموح به: ${limit} على الأكثر.`,
  other: 'رفضت المحادثة ذلك.',
};
