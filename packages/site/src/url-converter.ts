import { computed, defineComponent, h, ref } from 'vue';
import { convertUrl } from './converter/convert-url.ts';

/** The repository is checked without the types of browsers. */
interface Clipboards {
  readonly clipboard: { writeText(text: string): Promise<void> };
}

const example =
  'https://res.cloudinary.com/brightside/image/upload/c_fill,g_north,w_400,h_300/f_auto/q_auto/chair.jpg';

/** A form that translates URLs of other products. Nothing leaves the page. */
export const UrlConverter = defineComponent({
  name: 'UrlConverter',
  setup() {
    const text = ref(example);
    const company = ref('');
    const copied = ref(false);
    const converted = computed(() => convertUrl(text.value, company.value.trim() || undefined));

    function field(id: string, label: string, value: typeof text, placeholder: string) {
      return [
        h('label', { for: id }, label),
        h('input', {
          id,
          value: value.value,
          placeholder,
          spellcheck: false,
          autocomplete: 'off',
          onInput: (event: Event) => {
            value.value = (event.target as unknown as { readonly value: string }).value;
            copied.value = false;
          },
        }),
      ];
    }

    function result() {
      if (converted.value === undefined)
        return [
          h(
            'p',
            { role: 'status' },
            text.value.trim() === ''
              ? 'Paste the URL of an image.'
              : 'This is no image URL of Dynamic Media Classic, Cloudinary or AWS Dynamic Image Transformation.',
          ),
        ];
      const { from, path, notes } = converted.value;
      return [
        h('p', { role: 'status' }, `From ${from}:`),
        path === ''
          ? undefined
          : h('div', { class: 'result' }, [
              h('code', path),
              h(
                'button',
                {
                  type: 'button',
                  onClick: async () => {
                    await (navigator as unknown as Clipboards).clipboard.writeText(path);
                    copied.value = true;
                  },
                },
                copied.value ? 'Copied' : 'Copy',
              ),
            ]),
        notes.length === 0
          ? undefined
          : h(
              'ul',
              notes.map((note) => h('li', { key: note }, note)),
            ),
      ];
    }

    return () =>
      h('div', { class: 'url-converter' }, [
        ...field('converter-url', 'URL', text, 'https://…'),
        ...field('converter-company', 'Company (unless it is in the URL)', company, 'brightside'),
        ...result(),
      ]);
  },
});
