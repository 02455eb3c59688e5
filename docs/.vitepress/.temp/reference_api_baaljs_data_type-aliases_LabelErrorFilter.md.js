import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Type Alias: LabelErrorFilter","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/data/type-aliases/LabelErrorFilter.md","filePath":"reference/api/baaljs/data/type-aliases/LabelErrorFilter.md"}');
const _sfc_main = { name: "reference/api/baaljs/data/type-aliases/LabelErrorFilter.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="type-alias-labelerrorfilter" tabindex="-1">Type Alias: LabelErrorFilter <a class="header-anchor" href="#type-alias-labelerrorfilter" aria-label="Permalink to &quot;Type Alias: LabelErrorFilter&quot;">​</a></h1><div class="language-ts vp-adaptive-theme"><button title="Copy Code" class="copy"></button><span class="lang">ts</span><pre class="shiki shiki-themes github-light github-dark vp-code" tabindex="0"><code><span class="line"><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;">type</span><span style="--shiki-light:#6F42C1;--shiki-dark:#B392F0;"> LabelErrorFilter</span><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;"> =</span><span style="--shiki-light:#032F62;--shiki-dark:#9ECBFF;"> &quot;confidentJoint&quot;</span><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;"> |</span><span style="--shiki-light:#032F62;--shiki-dark:#9ECBFF;"> &quot;pruneByClass&quot;</span><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;"> |</span><span style="--shiki-light:#032F62;--shiki-dark:#9ECBFF;"> &quot;pruneByNoiseRate&quot;</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">;</span></span></code></pre></div><p>Which items are candidates (Northcutt et al. 2021, section 3.2):</p><ul><li><code>&quot;confidentJoint&quot;</code>: those that are confidently of another class than their label;</li><li><code>&quot;pruneByClass&quot;</code>: of each label, as many as the joint says are wrong, those with the least self-confidence;</li><li><code>&quot;pruneByNoiseRate&quot;</code>: of each label and true class, as many as the joint says, those with the largest margin for that class.</li></ul></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/data/type-aliases/LabelErrorFilter.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const LabelErrorFilter = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  LabelErrorFilter as default
};
