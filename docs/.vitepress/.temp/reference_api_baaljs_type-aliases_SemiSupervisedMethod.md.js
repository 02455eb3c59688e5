import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Type Alias: SemiSupervisedMethod","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/type-aliases/SemiSupervisedMethod.md","filePath":"reference/api/baaljs/type-aliases/SemiSupervisedMethod.md"}');
const _sfc_main = { name: "reference/api/baaljs/type-aliases/SemiSupervisedMethod.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="type-alias-semisupervisedmethod" tabindex="-1">Type Alias: SemiSupervisedMethod <a class="header-anchor" href="#type-alias-semisupervisedmethod" aria-label="Permalink to &quot;Type Alias: SemiSupervisedMethod&quot;">​</a></h1><div class="language-ts vp-adaptive-theme"><button title="Copy Code" class="copy"></button><span class="lang">ts</span><pre class="shiki shiki-themes github-light github-dark vp-code" tabindex="0"><code><span class="line"><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;">type</span><span style="--shiki-light:#6F42C1;--shiki-dark:#B392F0;"> SemiSupervisedMethod</span><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;"> =</span><span style="--shiki-light:#032F62;--shiki-dark:#9ECBFF;"> &quot;pseudoLabel&quot;</span><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;"> |</span><span style="--shiki-light:#032F62;--shiki-dark:#9ECBFF;"> &quot;piModel&quot;</span><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;"> |</span><span style="--shiki-light:#032F62;--shiki-dark:#9ECBFF;"> &quot;fixMatch&quot;</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">;</span></span></code></pre></div><p>How items without a label teach the model:</p><ul><li><code>&quot;pseudoLabel&quot;</code>: cross-entropy against the class that the model itself gives (Lee 2013, &quot;Pseudo-Label: The Simple and Efficient Semi-Supervised Learning Method for Deep Neural Networks&quot;);</li><li><code>&quot;piModel&quot;</code>: the squared difference of the probabilities of two passes with other dropout and augmentation (Laine &amp; Aila 2017, arXiv:1610.02242);</li><li><code>&quot;fixMatch&quot;</code>: cross-entropy of a strongly augmented item against the class of the weakly augmented one, where the model is confident (Sohn et al. 2020, arXiv:2001.07685).</li></ul><p>Of labels that are each predicted by itself every entry is a yes or no of its own, with binary cross-entropy, and the mean is over items and labels.</p></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/type-aliases/SemiSupervisedMethod.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const SemiSupervisedMethod = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  SemiSupervisedMethod as default
};
