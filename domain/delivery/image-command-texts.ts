import type { CommandName } from './image-commands.ts';

/** Documentation of a command. */
export interface CommandText {
  readonly summary: string;
  /** What happens if a request does not have the command. */
  readonly missing: string;
  /** One paragraph or list each. */
  readonly details: readonly string[];
  readonly example: string;
}

export const commandTexts: Readonly<Record<CommandName, CommandText>> = {
  layer: {
    summary: 'Begins a layer: the commands after it belong to this layer.',
    missing: '`comp`: commands belong to the whole image, and those of a layer to layer 0',
    details: [
      'Layer 0 is at the bottom and gives the image its size. A layer with a higher number is on top. More about [layers](#layers).',
    ],
    example: 'wid=400&layer=1&src=red-shoe-cutout&sizeN=0.5&posN=0.3,0.3',
  },
  src: {
    summary: 'The image of a layer.',
    missing: 'layer 0 has the image in the path; another layer needs `src` or `color`',
    details: [
      'Image presets, crops and effects of another image are written as a [nested request](#layers).',
    ],
    example: 'layer=1&src=red-shoe-cutout&sizeN=0.5',
  },
  mask: {
    summary: 'An image that makes the layer transparent where it is dark.',
    missing: 'the transparency of the image itself',
    details: [
      'It is stretched to the size of the image before `crop`. White keeps the image, black hides it; where the mask is transparent, the image is too.',
    ],
    example: 'mask=red-shoe-cutout&wid=400',
  },
  color: {
    summary: 'Makes a layer of one colour, of the size of `size` or `mask`.',
    missing: 'an image',
    details: ['The value is written as that of [`bgc`](#bgc); its alpha counts.'],
    example: 'layer=1&color=ff880080&size=200,100',
  },
  text: {
    summary: 'Makes a layer of text.',
    missing: 'an image or a colour',
    details: [
      'It is plain text; `%0A` is a line break. It needs `font`. `color` is the colour of the text (black without it). With `size` or `sizeN` lines are broken at that width, and what is lower than their height is cut off; a word that is too long is broken anywhere. Without them the layer is as large as its text.',
      'Letters are joined and placed as the font says, in any script. A line has one direction: that of its first letters. RTF is not read. A variable in it makes the text of a template: `$title=Sale&layer=1&text=$title$&font=pixel-font`.',
    ],
    example: 'layer=1&color=ffffff&text=Summer%20sale&font=pixel-font&fontSize=120&posN=0,0.3',
  },
  font: {
    summary: 'The font of a text: the id of an uploaded font.',
    missing: 'none; a text needs one',
    details: [
      'It must be published to Image Serving, and be a TrueType or OpenType font of at most 20 MiB (TTF, OTF, or the first font of a TTC). Letters that it lacks are shown as empty boxes.',
    ],
    example: 'layer=1&text=Sale&font=pixel-font&fontSize=160',
  },
  fontSize: {
    summary: 'The size of a text in pixels, and from one line to the next.',
    missing: '12',
    details: ['`leading` 0 is the distance that the font has.'],
    example: 'layer=1&text=Sale&font=pixel-font&fontSize=160',
  },
  textAlign: {
    summary: 'Where the lines of a text are in their layer.',
    missing: 'left',
    details: ['Without `size` the layer is as wide as its longest line.'],
    example: 'layer=1&text=Summer%0Asale&font=pixel-font&fontSize=160&textAlign=center',
  },
  crop: {
    summary: 'The part of the image that is used, in pixels of the source.',
    missing: 'the whole image',
    details: [
      'It is the first step. `x` and `y` are the upper left corner. A part that is outside of the image is transparent.',
    ],
    example: 'crop=430,220,480,360',
  },
  cropN: {
    summary: 'The same in shares of the width and height of the source.',
    missing: 'the whole image',
    details: ['0.5 is half of the width or height. `crop` wins over `cropN`.'],
    example: 'cropN=0.25,0,0.5,1',
  },
  size: {
    summary: 'Scales the image to this size in pixels, before it is turned.',
    missing: 'no scaling',
    details: [
      'Proportions are kept: with both values the image fits into them. 0 means that the other value decides. `size` wins over `scale`.',
    ],
    example: 'size=200',
  },
  sizeN: {
    summary: 'Scales a layer to this share of the width and height of layer 0.',
    missing: 'no scaling',
    details: [
      'Proportions are kept: with both values the layer fits into them. 0 means that the other value decides. `size` wins over `sizeN`, and `sizeN` over `scale`. It has no meaning for layer 0.',
    ],
    example: 'layer=1&src=red-shoe-cutout&sizeN=0.25',
  },
  scale: {
    summary: 'Scales the image by this factor, before it is turned.',
    missing: '1',
    details: ['2 doubles width and height.'],
    example: 'scale=0.5&rotate=30',
  },
  res: {
    summary: 'Scales the image to this resolution, in pixels per inch, before it is turned.',
    missing: 'no scaling',
    details: [
      'The factor is `res` divided by the resolution that the file states, or by 72 if it states none. With the same `res`, things in several images have the same scale. `size` and `scale` win over `res`.',
    ],
    example: 'res=36',
  },
  flip: {
    summary: 'Mirrors the image: `lr` left and right, `ud` top and bottom, `lrud` both.',
    missing: 'not mirrored',
    details: ['The image is mirrored after it is cropped and before it is rotated.'],
    example: 'flip=lr',
  },
  rotate: {
    summary: 'Rotates the image clockwise.',
    missing: '0',
    details: [
      'The image becomes large enough for all of it. The corners have the colour of `bgColor`, or are transparent.',
    ],
    example: 'rotate=15&wid=400',
  },
  extend: {
    summary: 'Adds margins to the image, in pixels. Negative values cut.',
    missing: '0,0,0,0',
    details: ['Margins are added after the rotation. They have the colour of `bgColor`, or are transparent.'],
    example: 'extend=20,20,20,60&bgColor=f4f1ea',
  },
  extendN: {
    summary: 'The same in shares of the width and height.',
    missing: '0,0,0,0',
    details: ['`extend` wins over `extendN`.'],
    example: 'extendN=0.1,0.1,0.1,0.1&bgColor=f4f1ea',
  },
  bgColor: {
    summary: 'The colour of what is transparent in the image, of its margins and its corners.',
    missing: 'transparent; the result then has the colour of `bgc` there',
    details: [
      'Effects change this colour too, but not `bgc`. The value is written as that of [`bgc`](#bgc).',
    ],
    example: 'rotate=15&bgColor=ffd166',
  },
  anchor: {
    summary: 'The point of the source by which the layer is placed, in pixels.',
    missing: 'the middle of the layer',
    details: ['It is given for the source before `crop`, and moves with it. `origin` wins over it.'],
    example: 'layer=1&src=red-shoe-cutout&sizeN=0.5&anchor=0,0',
  },
  anchorN: {
    summary: 'The same in shares of the width and height, from the middle of the source.',
    missing: 'the middle of the layer',
    details: ['-0.5,-0.5 is the upper left corner of the source. `anchor` wins over `anchorN`.'],
    example: 'layer=1&src=red-shoe-cutout&sizeN=0.5&anchorN=-0.5,-0.5',
  },
  origin: {
    summary: 'The point of the layer by which it is placed, in pixels from its upper left corner.',
    missing: 'the anchor',
    details: ['It counts after all geometry of the layer.'],
    example: 'origin=0,0&layer=1&src=red-shoe-cutout&sizeN=0.5&origin=0,0&pos=20,20',
  },
  originN: {
    summary: 'The same in shares of the width and height, from the middle of the layer.',
    missing: 'the anchor',
    details: ['0.5,0.5 is the lower right corner of the layer. `origin` wins over `originN`.'],
    example: 'originN=0.5,0.5&layer=1&src=red-shoe-cutout&sizeN=0.5&originN=0.5,0.5',
  },
  pos: {
    summary: 'Where a layer is: from the origin of layer 0 to that of the layer, in pixels.',
    missing: '0,0',
    details: ['Positive values move the layer to the right and down. It has no meaning for layer 0.'],
    example: 'layer=1&src=red-shoe-cutout&sizeN=0.5&pos=100,50',
  },
  posN: {
    summary: 'The same in shares of the width and height of layer 0.',
    missing: '0,0',
    details: ['`pos` wins over `posN`.'],
    example: 'layer=1&src=red-shoe-cutout&sizeN=0.5&posN=0.25,0.25',
  },
  opac: {
    summary: 'How opaque a layer is, in percent.',
    missing: '100',
    details: ['It multiplies the transparency that the layer has already.'],
    example: 'layer=1&src=red-shoe-cutout&sizeN=0.5&opac=50',
  },
  blendMode: {
    summary: 'How the colours of a layer are mixed with what is below it.',
    missing: '`norm`',
    details: [
      '- `norm`: the layer covers what is below\n- `mult`: multiplied, so that it becomes darker\n- `screen`: the reverse, so that it becomes brighter\n- `darken`, `lighten`: the darker (brighter) value of each channel\n- `dissolve`: each pixel is shown or not, the more often the more opaque it is',
    ],
    example: 'layer=1&src=red-shoe-cutout&sizeN=0.5&blendMode=mult',
  },
  hide: {
    summary: 'Hides a layer.',
    missing: '0',
    details: [
      'The image of a hidden layer is not read. A hidden layer 0 still gives the composite its size.',
    ],
    example: 'layer=1&src=red-shoe-cutout&sizeN=0.5&hide=1',
  },
  op_brightness: {
    summary: 'Makes the image brighter or darker, in percent of white.',
    missing: '0',
    details: [
      'Effects are made after `extend` and before `rgn`: first `op_brightness`, then `op_contrast`, `op_saturation`, `op_colorize`, and `op_blur`.',
    ],
    example: 'op_brightness=20',
  },
  op_contrast: {
    summary: 'Increases or reduces the contrast.',
    missing: '0',
    details: ['100 doubles the distance of each value from the middle; −100 makes all values the middle.'],
    example: 'op_contrast=30',
  },
  op_saturation: {
    summary: 'Makes colours stronger or weaker.',
    missing: '0',
    details: [
      '100 doubles the distance of each colour from the grey of the same brightness (Rec. 709); −100 makes the image grey.',
    ],
    example: 'op_saturation=-100',
  },
  op_blur: {
    summary: 'Blurs the image: the standard deviation in pixels.',
    missing: '0',
    details: [
      'The radius is given for the image before `wid`, `hei` and `scl` scale it. So a smaller result looks equally soft.',
    ],
    example: 'op_blur=6',
  },
  op_colorize: {
    summary: 'Gives the image one colour and keeps its shading.',
    missing: 'the colours of the image',
    details: [
      'Black stays black, the middle becomes the colour, and white stays white. With `norm` the average brightness of the image counts as the middle; with `off` half of white does. `contrast` in percent is added first.',
    ],
    example: 'op_colorize=3366cc',
  },
  rgn: {
    summary: 'The region of the image that is shown, in pixels after `extend`.',
    missing: 'the whole image',
    details: [
      'It is applied before `wid`, `hei`, `fit` and `scl`. A part outside of the image has the colour of `bgc`.',
    ],
    example: 'rgn=430,220,480,360&wid=300',
  },
  scl: {
    summary: 'Divides width and height: 2 is half the size.',
    missing: 'no scaling, or what `wid` and `hei` need',
    details: [
      'With `wid` or `hei` the scaled image is then cut or padded to them, as `align` says, and `fit` has no effect.',
    ],
    example: 'scl=2',
  },
  wid: {
    summary: 'Width of the result in pixels.',
    missing: 'the width follows from `hei`, or is the width of the image',
    details: [
      'Without `hei` the result has exactly this width and the height follows, without padding; a smaller image is enlarged. With `hei` the result has exactly both sizes, and `fit` sets how the image is fitted into them.',
    ],
    example: 'wid=400',
  },
  hei: {
    summary: 'Height of the result in pixels.',
    missing: 'the height follows from `wid`, or is the height of the image',
    details: ['Like `wid`, for the height.'],
    example: 'hei=300',
  },
  fit: {
    summary: 'How the image is fitted into `wid` × `hei`.',
    missing:
      'the whole image is shown, enlarged if necessary, and padded to exactly `wid` × `hei`, as with `fit=fit,1`',
    details: [
      '- `fit`: the whole image, as large as possible, padded to exactly `wid` × `hei`\n' +
        '- `constrain`: the same without padding, so the result may be smaller\n' +
        '- `crop`: the image fills `wid` × `hei`, and the excess is cut off: around the focal point of the image if it has one, otherwise half on each side\n' +
        '- `wrap`: the image covers `wid` × `hei` and nothing is cut off, so the result may be larger\n' +
        '- `stretch`: exactly `wid` × `hei`, ignoring proportions\n' +
        '- `hfit`, `vfit`: the width (the height) sets the scale; the other dimension is cut or padded',
      '`upscale` 0 (the default if `fit` is given): the image is never enlarged. If it is too small it is padded; with `constrain` the result is smaller. `upscale` 1: the image is enlarged.',
      'With only one of `wid` and `hei` all modes are equal: proportions are kept, and nothing is padded or cut. With neither of them `fit` is an error.',
    ],
    example: 'wid=400&hei=400&fit=crop',
  },
  align: {
    summary: 'Where the image is placed, from −1 (left, top) to 1 (right, bottom).',
    missing: '0,0, and with `fit=crop` the focal point of the image',
    details: [
      'It counts where `wid` and `hei` cut or pad the image: with `-1,-1` the upper left corner is kept. It has no effect with `constrain` and `stretch`.',
    ],
    example: 'wid=300&hei=300&fit=crop&align=-1',
  },
  dpr: {
    summary: 'Multiplies `wid` and `hei` by the pixel ratio of a screen: `on,2`.',
    missing: 'off',
    details: ['The result gets no larger than the limits allow; its proportions are kept.'],
    example: 'wid=200&dpr=on,2',
  },
  network: {
    summary: 'Sends visitors with a slow connection a smaller file.',
    missing: 'off',
    details: [
      'A connection is slow if the browser says so: `Save-Data: on`, or `ECT` of `slow-2g`, `2g` or `3g`. The quality is then at most 50, and `dpr` has no effect. Other visitors get the usual image. Browsers send `ECT` only to sites that ask for it. `connection` is written by the edge.',
    ],
    example: 'wid=400&network=on',
  },
  resMode: {
    summary: 'The kernel of every scaling.',
    missing: '`sharp2`',
    details: [
      '- `bilin`: triangle, fastest and softest\n- `bicub`: Catmull-Rom\n- `sharp2`: Lanczos with three lobes, sharpest\n- `bisharp`: Lanczos with two lobes',
      '`sharp` is another spelling of `sharp2`.',
    ],
    example: 'wid=200&resMode=bicub',
  },
  bgc: {
    summary:
      'The colour of what the image does not cover, and of transparent areas in formats without transparency.',
    missing: 'white',
    details: [
      '- `rrggbb` or `0xrrggbb`: hexadecimal digits\n- `rrggbbaa`: with an alpha, which `bgc` ignores\n- `r,g,b` or `r,g,b,a`: numbers from 0 to 255',
      'It has no effect in formats with `-alpha`.',
    ],
    example: 'wid=300&hei=300&bgc=ffd166',
  },
  op_sharpen: {
    summary: 'Sharpens the result mildly.',
    missing: '0',
    details: ['It is made after all scaling. `op_usm` can be controlled.'],
    example: 'wid=300&op_sharpen=1',
  },
  op_usm: {
    summary: 'Sharpens the result with an unsharp mask.',
    missing: '0',
    details: [
      '- The difference to a blurred copy is added `amount` times, where it is greater than `threshold` levels of 255.\n- `radius` is the standard deviation of the blur, in pixels of the image before `wid`, `hei` and `scl` scale it; in a smaller result it is smaller, down to 0.5 pixels.\n- `mono` 1 changes the brightness only, so that no coloured edges appear.',
    ],
    example: 'wid=300&op_usm=1,1,4',
  },
  rect: {
    summary: 'A tile of the result, in pixels after everything else.',
    missing: 'the whole result',
    details: [
      'Viewers load large views in tiles: the sizes of the whole view are limited by `wid` and `hei` only, and the limits of pixels count for the tile.',
    ],
    example: 'wid=2400&rect=1024,512,256,256',
  },
  fmt: {
    summary: 'Format of the result.',
    missing: '`jpeg,rgb,none`',
    details: [
      '`auto` gives AVIF or WebP to visitors who accept them, and JPEG or (for transparent images) PNG to others. The edge keeps three variants at most, and responses have `Vary: Accept`.',
      'Formats with `-alpha` keep transparency; in the others, transparent areas become white. `pjpeg` is progressive. `png8` and `gif` have at most 256 colours. A component always has 8 bits.',
    ],
    example: 'fmt=webp-alpha,rgb,lossless',
  },
  qlt: {
    summary: 'Quality of lossy formats, 1 to 100.',
    missing: '`80,0`, or that of the recipe',
    details: [
      '`chroma` 1 keeps colour at full resolution (4:4:4), 0 at half resolution (4:2:0). `chroma` applies only to `jpeg` and `pjpeg` in `rgb`. `qlt` applies to JPEG, lossy WebP and AVIF, and TIFF with JPEG compression. For other formats it is checked and then ignored.',
      '`auto` is the lowest quality, at most 80, at which this image still looks like itself (SSIM 0.95) in the format of the result. It is found when the image is uploaded, if the company wants it ([automatic quality](assets.md#automatic-quality)); otherwise it is the default quality.',
    ],
    example: 'qlt=90,1',
  },
  jpegSize: {
    summary: 'The largest size of the file in kilobytes of 1,024 bytes; 0 is without limit.',
    missing: '0',
    details: [
      'The quality is lowered from `qlt` until the file is small enough. If quality 1 is still too large, the response is 400. It counts for `jpeg` and `pjpeg`.',
    ],
    example: 'wid=600&jpegSize=20',
  },
  quantize: {
    summary: 'The palette of `gif` and `png8`.',
    missing: '`adaptive,diffuse,256`',
    details: [
      '`dither` `diffuse` distributes errors of colour to the neighbouring pixels, `off` does not. `adaptive` chooses the colours of the palette from the image; `web` and `mac` are accepted and mean the same, because those palettes are obsolete.',
    ],
    example: 'fmt=gif&quantize=adaptive,off,16',
  },
  iccEmbed: {
    summary: 'Embeds the ICC profile of the colours in the result.',
    missing: '0: without a profile, which browsers show as sRGB',
    details: [
      'The profile is sRGB, or that of the CMYK colours. Gray results and GIF have none. It makes a file larger by about 0.5 kB, and one in CMYK by about 10 kB.',
    ],
    example: 'wid=400&iccEmbed=1',
  },
  xmpEmbed: {
    summary: 'Keeps the XMP metadata of the image, such as its copyright.',
    missing: '0: all metadata is removed',
    details: ['It has no effect if the image has no XMP, or more than 60 kB of it, and for GIF.'],
    example: 'wid=400&xmpEmbed=1',
  },
  bfc: {
    summary: 'Replaces JPEG and PNG by a better format that the visitor accepts: AVIF, else WebP.',
    missing: 'off',
    details: [
      'It changes `jpeg`, `pjpeg`, `png` and `png-alpha` in `rgb`. `png-alpha` stays transparent. `fmt=auto` is simpler and keeps every transparent image transparent. `accepted` is written by the edge.',
    ],
    example: 'wid=300&fmt=png-alpha&bfc=on',
  },
  req: {
    summary: 'What the response is: an image, a thumbnail, a mask, or facts about the image or set.',
    missing: '`img`: the image',
    details: [
      'Each kind, its formats and its response: [image requests](image-requests.md). `jsonp` is another spelling of `json`. `fit` cannot be used with `req=tmb`.',
    ],
    example: 'req=imageprops,json',
  },
  handler: {
    summary: 'The JavaScript function that gets the response of `req=…,json`.',
    missing: '`s7jsonResponse`',
    details: ['Without `req=…,json` it is checked and has no effect.'],
    example: 'req=set,json&handler=showSet',
  },
  defaultImage: {
    summary: 'Id of the image that is delivered in place of a missing one; empty for none.',
    missing: "the company's [default image](image-settings.md#default-image)",
    details: [
      'It counts where nothing is published under the id in the address. The image must be one of the same company, whose name may stand before it, as in `luma/coming-soon`.',
    ],
    example: 'wid=200&defaultImage=coming-soon',
  },
  cache: {
    summary: 'With `off`, browsers ask for a newer image each time.',
    missing: 'on',
    details: [
      'The edge keeps the image as long as ever: only admins refresh it, by invalidating the CDN. `server`, and `validate` and `update` as `client`, are accepted and have no effect.',
    ],
    example: 'cache=off',
  },
  id: {
    summary: 'A whole number of up to 12 digits: a new number gives a new address.',
    missing: 'no effect',
    details: [
      'The edge caches each value separately, and the image is the same. A page that names the version of an image, as in `id=7`, shows that version at once, even if the edge still caches the previous one. Where `id` is the version that is served, and the address has no preset, browsers and the edge keep the image for a year. Any other value is ignored.',
    ],
    example: 'id=7',
  },
};
