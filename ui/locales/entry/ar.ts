/** The entry, in Arabic. */
import type { Catalogue } from '../en.ts';
import { isolated } from '../isolated.ts';

export const entry: Catalogue['entry'] = {
  heading: (title) => `مرحبًا بك في ${isolated(title)}`,
  lead: (assistant) => `تحدّث مع الجميع هنا، ومع ${isolated(assistant)}.`,
  leadWithout: 'تحدّث مع الجميع هنا.',
  name: 'اسمك',
  join: 'دخول',
  joining: 'جارٍ الدخول…',
  hint: 'حتى 40 حرفًا. يراه الآخرون بجانب رسائلك.',
  needed: 'يُرجى كتابة اسم.',
  sessionEnded: 'انتهت زيارتك. اكتب اسمك للعودة.',
  password: 'كلمة المرور',
  passwordHint: '10 أحرف على الأقل.',
  passwordNeeded: 'يُرجى كتابة كلمة المرور.',
  login: 'تسجيل الدخول',
  signup: 'إنشاء الحساب',
  asGuest: 'الدخول ضيفًا',
  toLogin: 'الدخول بكلمة مرور',
  toSignup: 'إنشاء حساب',
  provider: 'الدخول عبر مؤسستك',
  providerFailures: {
    'provider-away': 'خدمة الدخول في مؤسستك لا تجيب. أعد المحاولة بعد لحظات.',
    refused: 'رفضت خدمة الدخول في مؤسستك.',
    expired: 'استغرق تسجيل الدخول وقتًا طويلًا. ابدأ من جديد.',
    failed: 'لم ينجح تسجيل الدخول. ابدأ من جديد.',
    disabled: 'هذا الحساب معطَّل. اسأل من يدير هذه المحادثة.',
  },
  unnamed: {
    lead: 'لم يخبر أحدٌ المحادثة من أنت.',
    advice:
      'هنا يحدّد الخادم الوسيط الذي أمام المحادثة هوية الأشخاص. افتح المحادثة من عنوانها المعتاد وسجّل دخولك هناك. إن كنت قد فعلت، فاسأل من يدير هذه المحادثة: قد يكون حسابك معطَّلًا.',
    again: 'حاول مجددًا',
  },
};
