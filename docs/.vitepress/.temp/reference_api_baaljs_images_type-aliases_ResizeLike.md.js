import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Type Alias: ResizeLike","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/images/type-aliases/ResizeLike.md","filePath":"reference/api/baaljs/images/type-aliases/ResizeLike.md"}');
const _sfc_main = { name: "reference/api/baaljs/images/type-aliases/ResizeLike.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="type-alias-resizelike" tabindex="-1">Type Alias: ResizeLike <a class="header-anchor" href="#type-alias-resizelike" aria-label="Permalink to &quot;Type Alias: ResizeLike&quot;">​</a></h1><div class="language-ts vp-adaptive-theme"><button title="Copy Code" class="copy"></button><span class="lang">ts</span><pre class="shiki shiki-themes github-light github-dark vp-code" tabindex="0"><code><span class="line"><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;">type</span><span style="--shiki-light:#6F42C1;--shiki-dark:#B392F0;"> ResizeLike</span><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;"> =</span><span style="--shiki-light:#032F62;--shiki-dark:#9ECBFF;"> &quot;transformers.js&quot;</span><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;"> |</span><span style="--shiki-light:#032F62;--shiki-dark:#9ECBFF;"> &quot;pillow&quot;</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">;</span></span></code></pre></div><p>How images are resized.</p><ul><li><code>&quot;transformers.js&quot;</code>: nearest, bilinear and bicubic look at the few pixels around each place, so that large images made small get jagged; lanczos averages.</li><li><code>&quot;pillow&quot;</code>: all average over the pixels that become one, as Python&#39;s image processors and torchvision do; only the outermost pixels differ, where the image&#39;s edge is continued here and Pillow averages over fewer pixels.</li></ul></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/images/type-aliases/ResizeLike.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const ResizeLike = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  ResizeLike as default
};
