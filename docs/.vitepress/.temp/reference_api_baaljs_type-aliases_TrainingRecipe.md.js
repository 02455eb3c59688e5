import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Type Alias: TrainingRecipe","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/type-aliases/TrainingRecipe.md","filePath":"reference/api/baaljs/type-aliases/TrainingRecipe.md"}');
const _sfc_main = { name: "reference/api/baaljs/type-aliases/TrainingRecipe.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="type-alias-trainingrecipe" tabindex="-1">Type Alias: TrainingRecipe <a class="header-anchor" href="#type-alias-trainingrecipe" aria-label="Permalink to &quot;Type Alias: TrainingRecipe&quot;">​</a></h1><div class="language-ts vp-adaptive-theme"><button title="Copy Code" class="copy"></button><span class="lang">ts</span><pre class="shiki shiki-themes github-light github-dark vp-code" tabindex="0"><code><span class="line"><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;">type</span><span style="--shiki-light:#6F42C1;--shiki-dark:#B392F0;"> TrainingRecipe</span><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;"> =</span><span style="--shiki-light:#032F62;--shiki-dark:#9ECBFF;"> &quot;solvedHead&quot;</span><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;"> |</span><span style="--shiki-light:#032F62;--shiki-dark:#9ECBFF;"> &quot;fineTuning&quot;</span><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;"> |</span><span style="--shiki-light:#032F62;--shiki-dark:#9ECBFF;"> &quot;contrastive&quot;</span><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;"> |</span><span style="--shiki-light:#032F62;--shiki-dark:#9ECBFF;"> &quot;plain&quot;</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">;</span></span></code></pre></div><p><code>&quot;solvedHead&quot;</code>: the last layer is solved on the encoder&#39;s features (<a href="./../functions/solveLastLayer.html">solveLastLayer</a>); <code>&quot;fineTuning&quot;</code>: all of the model is trained from there, if that does better on labels held out; <code>&quot;contrastive&quot;</code>: the encoder is trained by comparing the texts of a batch (<code>trainContrastively</code>) under the same condition; <code>&quot;plain&quot;</code>: trained by the arguments as they are.</p></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/type-aliases/TrainingRecipe.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const TrainingRecipe = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  TrainingRecipe as default
};
