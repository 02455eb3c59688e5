import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Function: strongAugmentation()","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/images/functions/strongAugmentation.md","filePath":"reference/api/baaljs/images/functions/strongAugmentation.md"}');
const _sfc_main = { name: "reference/api/baaljs/images/functions/strongAugmentation.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="function-strongaugmentation" tabindex="-1">Function: strongAugmentation() <a class="header-anchor" href="#function-strongaugmentation" aria-label="Permalink to &quot;Function: strongAugmentation()&quot;">​</a></h1><div class="language-ts vp-adaptive-theme"><button title="Copy Code" class="copy"></button><span class="lang">ts</span><pre class="shiki shiki-themes github-light github-dark vp-code" tabindex="0"><code><span class="line"><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;">function</span><span style="--shiki-light:#6F42C1;--shiki-dark:#B392F0;"> strongAugmentation</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">()</span><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;">:</span><span style="--shiki-light:#6F42C1;--shiki-dark:#B392F0;"> ImageAugmentation</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">;</span></span></code></pre></div><p>FixMatch&#39;s strong augmentation: the weak one, then two operations of RandAugment, then Cutout (Sohn et al. 2020, arXiv:2001.07685).</p><h2 id="returns" tabindex="-1">Returns <a class="header-anchor" href="#returns" aria-label="Permalink to &quot;Returns&quot;">​</a></h2><p><a href="./../type-aliases/ImageAugmentation.html"><code>ImageAugmentation</code></a></p></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/images/functions/strongAugmentation.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const strongAugmentation = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  strongAugmentation as default
};
