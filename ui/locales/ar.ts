/** Arabic, written from right to left. */
import { admin, settings } from './ar-moderation.ts';
import type { Catalogue } from './en.ts';
import { entry } from './entry/ar.ts';
import { isolated } from './isolated.ts';
import { refusals } from './refusals/ar.ts';

const rules = new Intl.PluralRules('ar');

/** Arabic counts in six forms; one and two stand without their number. */
function plural(count: number, one: string, two: string, few: string, many: string): string {
  switch (rules.select(count)) {
    case 'one':
      return one;
    case 'two':
      return two;
    case 'few':
      return `${count} ${few}`;
    case 'zero':
    case 'many':
    case 'other':
      return `${count} ${many}`;
  }
}

export const ar: Catalogue = {
  loading: 'جارٍ التحميل…',
  retry: 'إعادة المحاولة',
  reload: 'إعادة التحميل',
  dismiss: 'إخفاء',
  close: 'إغلاق',
  cancel: 'إلغاء',
  seconds: (value) => `${value} ث`,
  roughly: {
    seconds: (count) => `نحو ${count} ث`,
    minutes: (count) => `نحو ${count} د`,
    hours: (count) => `نحو ${count} س`,
  },

  entry,

  unavailable: {
    heading: 'تعذّر الوصول إلى المحادثة',
    lead: 'ربما يُعاد تشغيلها، أو انقطعت شبكتك. لم يضع شيء مما كتبته.',
    again: (seconds) => `محاولة جديدة بعد ${seconds} ث`,
    trying: 'جارٍ المحاولة…',
    now: 'حاول الآن',
  },

  refusals,

  account: {
    title: 'حسابك',
    password: 'تغيير كلمة المرور',
    current: 'كلمة المرور الحالية',
    next: 'كلمة المرور الجديدة',
    change: 'تغييرها',
    changed: 'تغيّرت كلمة المرور، وسُجّل خروجك من كل مكان آخر.',
    sessions: 'أماكن تسجيل دخولك',
    here: 'هنا',
    unknown: 'جهاز غير معروف',
    end: 'تسجيل الخروج هناك',
    endAll: 'الخروج من كل مكان',
    remove: 'حذف الحساب',
    removeLead: 'لا يمكن التراجع عن ذلك. تبقى رسائلك باسمك.',
    removeNow: 'احذف حسابي',
  },

  admin,
  settings,

  room: {
    menu: 'عن هذه الغرفة',
    search: 'البحث في هذه الغرفة',
    exportMarkdown: 'حفظ كنص (Markdown)',
    exportJson: 'حفظ كبيانات (JSON)',
    details: 'الأشخاص والإعدادات',
  },

  search: {
    label: (room) => `البحث في ${isolated(room)}`,
    hint: 'يجب أن تكون كل الكلمات في الرسالة، ولا تهم حالة الأحرف ولا الحركات.',
    searching: 'جارٍ البحث…',
    count: (count, room, more) =>
      `${plural(count, 'رسالة واحدة', 'رسالتان', 'رسائل', 'رسالة')} في ${isolated(room)}${more ? ' حتى الآن' : ''}، الأحدث أولًا`,
    none: (room) => `لا رسالة في ${isolated(room)} فيها كل هذه الكلمات.`,
    noneYet: (room) => `لا شيء في الجزء الأحدث من ${isolated(room)}.`,
    older: 'البحث أبعد في الماضي',
  },

  newRoom: {
    title: 'غرفة جديدة',
    name: 'اسم الغرفة',
    kind: 'من يراها',
    public: 'كل من في هذه المحادثة',
    private: 'المدعوون فقط',
    invite: 'دعوة',
    nobody: 'لا أحد غيرك هنا الآن.',
    make: 'إنشاء الغرفة',
  },

  rooms: {
    make: 'إنشاء غرفة',
    direct: 'رسائل مباشرة',
    private: 'خاصة',
    locked: 'مقفلة',
    label: 'الغرف',
    open: 'إظهار الغرف',
    missing: (room) => `لا توجد غرفة باسم «${isolated(room)}».`,
    back: 'الذهاب إلى الغرفة الأولى',
    again: 'العودة',
    left: {
      kicked: 'أُخرجت من هذه الغرفة.',
      banned: 'أنت محظور من هذه الغرفة.',
      removed: 'لم تعد عضوًا في هذه الغرفة.',
      deleted: 'أُزيلت هذه الغرفة.',
    },
  },

  people: {
    write: (name) => `مراسلة ${isolated(name)} على انفراد`,
    alone: 'مراسلة خاصة',
    about: (name) => `عن ${isolated(name)}`,
    label: 'الحاضرون',
    count: (count) => `الحاضرون: ${count}`,
    you: 'أنت',
    nobody: 'لا أحد هنا بعد.',
  },

  menu: {
    open: (name) => `قائمة ${isolated(name)}`,
    theme: 'المظهر',
    system: 'النظام',
    light: 'فاتح',
    dark: 'داكن',
    language: 'اللغة',
    leave: 'مغادرة المحادثة',
    leaveHeading: 'هل تغادر المحادثة؟',
    leaveLead:
      'أنت ضيف: من يعود، ولو بالاسم نفسه، شخص جديد. تفقد غرفك الخاصة ورسائلك المباشرة، ولا يمكنك بعدها تعديل ما كتبته.',
    account: 'حسابك',
    admin: 'إدارة المحادثة والأشخاص',
    notifications: 'الإشعارات',
    off: 'إيقاف',
    mentions: 'عند ذكري',
    all: 'الكل',
    blocked: 'يحجبها متصفحك في هذه الصفحة.',
    impossible: 'لا تُظهرها المتصفحات إلا عبر https.',
  },

  shortcuts: {
    title: 'اختصارات لوحة المفاتيح',
    send: 'إرسال الرسالة',
    line: 'بدء سطر جديد',
    stop: 'إيقاف الرد',
    messages: 'الانتقال من رسالة إلى أخرى في قائمة الرسائل',
    ends: 'أول رسالة ظاهرة وآخرها',
    editLast: 'تعديل آخر رسالة لك، عندما يكون الحقل فارغًا',
    askAgain: 'حفظ رسالة معدّلة وسؤال المساعد من جديد',
    mention: 'ذكر شخص',
    onMessage: 'على رسالة',
    menu: 'إظهار ما يمكن فعله بها',
    reply: 'الرد عليها',
    react: 'التفاعل معها',
    edit: 'تعديلها',
    copy: 'نسخ نصها',
    delete: 'حذفها',
    cancel: 'ترك التعديل أو الرد',
    search: 'البحث في الغرفة',
    sheet: 'إظهار هذه القائمة',
    keys: { enter: 'Enter', shift: 'Shift', ctrl: 'Ctrl', escape: 'Esc', home: 'Home', end: 'End', delete: 'Delete' },
  },

  connection: {
    connected: 'متصل',
    connecting: 'جارٍ الاتصال…',
    waiting: (seconds) => `إعادة الاتصال بعد ${seconds} ث`,
    offline: 'غير متصل بالشبكة',
    ended: 'انقطع الاتصال',
    server: (server) => `متصل بـ ${server}`,
    tryNow: 'حاول الآن',
    lostSpoken: 'انقطع الاتصال. جارٍ إعادة الاتصال.',
    backSpoken: 'عاد الاتصال.',
    keepsMessages: 'ستُرسل رسائلك عند عودة الاتصال',
    tooMany: 'المحادثة مفتوحة في أماكن كثيرة. أغلق أحدها ثم أعد المحاولة.',
    refused: 'أنهى الخادم الاتصال. أعد تحميل الصفحة.',
  },

  transcript: {
    label: (room) => `الرسائل في ${isolated(room)}`,
    loading: 'جارٍ تحميل الرسائل…',
    loadingOlder: 'جارٍ تحميل الرسائل السابقة…',
    beginning: (room) => `هذه بداية ${isolated(room)}`,
    emptyAlways: (assistant) => `ألقِ التحية. يجيب ${isolated(assistant)} كل من يكتب هنا.`,
    emptyMention: (assistant) => `ألقِ التحية. اكتب ${isolated(`@${assistant}`)} لسؤال ${isolated(assistant)}.`,
    emptyNever: 'ألقِ التحية على الجميع.',
    emptyLocked: 'لم يُكتب شيء هنا بعد.',
    newest: 'الذهاب إلى الأحدث',
    unread: 'جديد',
    jumpToUnread: 'الذهاب إلى أول رسالة جديدة',
    going: 'جارٍ الانتقال إلى الرسالة…',
    notFound: 'لم تعد هذه الرسالة في السجل.',
    away: 'لا يمكن عرض الرسالة بلا اتصال.',
    newMessages: (count) => plural(count, 'رسالة جديدة واحدة', 'رسالتان جديدتان', 'رسائل جديدة', 'رسالة جديدة'),
    today: 'اليوم',
    yesterday: 'أمس',
    typing: (names) =>
      names.length === 1
        ? `${isolated(names[0] ?? '')} يكتب…`
        : names.length === 2
          ? `${isolated(names[0] ?? '')} و${isolated(names[1] ?? '')} يكتبان…`
          : 'عدة أشخاص يكتبون…',
  },

  message: {
    label: (author, time) => `${isolated(author)}، ${time}`,
    you: 'أنت',
    deleted: 'حُذفت هذه الرسالة.',
    edited: 'مُعدَّلة',
    actions: 'إجراءات الرسالة',
    react: 'تفاعل',
    reply: 'رد',
    copy: 'نسخ النص',
    copied: 'نُسخ',
    edit: 'تعديل',
    again: 'إجابة جديدة',
    delete: 'حذف',
    moreEmoji: 'تفاعلات أخرى',
    reactions: 'التفاعلات',
    others: (count) => plural(count, 'شخص آخر', 'شخصان آخران', 'أشخاص آخرين', 'شخصًا آخر'),
    inReplyTo: 'ردًا على',
    jumpToQuoted: 'إظهار الرسالة',
    quoteEarlier: 'رسالة سابقة',
    mentionsYou: 'تذكرك',
    deleteHeading: 'هل تُحذف هذه الرسالة؟',
    deleteLead: 'تُمحى لدى الجميع، ولا يمكن لأحد استعادتها.',
    notSaved: 'لم يصل ذلك إلى المحادثة: لا يوجد اتصال. حاول مرة أخرى.',
    sending: 'جارٍ الإرسال…',
    waiting: 'بانتظار الاتصال',
    refused: (why) => `لم تُرسل. ${why}`,
    old: 'لم تُرسل منذ وقت طويل. هل تُرسل الآن؟',
    sendAgain: 'إرسال مجددًا',
    send: 'إرسال',
    discard: 'تجاهل',
  },

  reply: {
    label: (assistant, time, state) => `${isolated(assistant)}، ${time}${state === '' ? '' : `، ${state}`}`,
    thinking: 'يفكّر…',
    place: (place) => (place === 1 ? 'التالي في الانتظار' : `رقم ${place} في الانتظار`),
    waking: (span) => `جارٍ إيقاظ النموذج…${span === undefined ? '' : ` عادةً ${span}`}`,
    pulled: (model, percent, span) =>
      `جارٍ تنزيل ${isolated(model)}: ${percent}${span === undefined ? '' : `، ${span}`}`,
    writing: 'يكتب',
    waiting: 'في الانتظار',
    stop: 'إيقاف',
    cut: 'بلغ الرد أقصى طول له.',
    goOn: 'متابعة',
    thoughts: 'ما فكّر فيه النموذج',
    stopping: 'جارٍ الإيقاف…',
    done: '',
    stopped: 'أُوقف',
    interrupted: 'انقطع',
    failed: 'تعذّر',
    refused: 'بلا جواب',
    reasons: {
      ModelNotReady: 'النموذج قيد التحضير. أعد المحاولة بعد بضع دقائق.',
      ModelUnavailable: 'المساعد غائب الآن. أعد المحاولة بعد لحظات.',
      ModelTooLarge: 'يحتاج النموذج إلى ذاكرة أكبر مما لدى خادمه. أخبر من يدير هذه المحادثة.',
      ModelError: 'لم يتمكن النموذج من إكمال هذا الرد.',
      QueueFull: 'ينتظر المساعدَ كثيرون. أعد المحاولة بعد دقيقة.',
      WaitTimeout: 'كان المساعد مشغولًا مدة طويلة.',
      ReplyTimeout: 'استغرق الرد وقتًا طويلًا فأُوقف.',
      ConnectTimeout: 'تعذّر الاتصال بخادم النموذج في الوقت المحدد.',
      FirstTokenTimeout: 'لم يبدأ النموذج الرد في الوقت المحدد.',
      TokenTimeout: 'توقف النموذج في منتصف رده.',
      ModelGarbled: 'أجاب خادم النموذج بما لا يمكن قراءته.',
      OwnerLost: 'غاب الخادم الذي كان يكتب هذا الرد.',
    },
    interruptedWhy: 'انقطع الرد؛ وما كُتب منه محفوظ.',
    failedWhy: 'حدث خطأ في هذا الرد.',
    speed: (tokensPerSecond) => `${tokensPerSecond} رمز/ث`,
    firstToken: (seconds) => `أول رمز بعد ${seconds}`,
    waited: (seconds) => `انتظر ${seconds}`,
    writingSpoken: (assistant) => `${isolated(assistant)} يكتب…`,
    doneSpoken: (assistant, text) => `${assistant}: ${text}`,
  },

  composer: {
    label: 'رسالة',
    send: 'إرسال',
    placeholder: (room) => `اكتب في ${isolated(room)}`,
    mention: (assistant) => `${isolated(`@${assistant}`)} لسؤال المساعد`,
    hint: 'Enter للإرسال، و Shift + Enter لسطر جديد',
    editing: 'تعديل رسالتك',
    replyingTo: (name) => `رد على ${isolated(name)}`,
    save: 'حفظ',
    saving: 'جارٍ الحفظ…',
    askAgain: 'حفظ وسؤال من جديد',
    askHint: 'Enter للحفظ، و Ctrl + Enter للسؤال من جديد',
    mentions: 'أشخاص يمكن ذكرهم',
    mentionCount: (count) => `${plural(count, 'اسم واحد', 'اسمان', 'أسماء', 'اسمًا')}. الأسهم للاختيار و Enter للتأكيد.`,
    assistant: 'المساعد',
    tooLong: (bytes, limit) => `طويلة جدًا: ${bytes} من ${limit} بايت.`,
    locked: 'هذه الغرفة مقفلة: لا يكتب فيها إلا مشرفوها.',
    silent: (assistant) => `لا يجيب ${assistant} في هذه الغرفة.`,
  },

  emoji: {
    label: 'تفاعلات للاختيار',
    faces: 'وجوه',
    gestures: 'أشخاص وإيماءات',
    signs: 'قلوب وعلامات',
    things: 'أشياء',
  },

  code: { copy: 'نسخ', copied: 'نُسخ', failed: 'النسخ غير ممكن هنا', plain: 'شيفرة' },
  table: 'جدول',
  formula: 'صيغة رياضية',
  image: (description) => (description === '' ? 'صورة' : `صورة: ${description}`),

  update: 'إصدار جديد جاهز.',
  partMissing: 'تعذّر تحميل جزء من الصفحة.',
};
