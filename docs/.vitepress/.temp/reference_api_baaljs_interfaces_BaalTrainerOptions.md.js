import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: BaalTrainerOptions<Input>","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/interfaces/BaalTrainerOptions.md","filePath":"reference/api/baaljs/interfaces/BaalTrainerOptions.md"}');
const _sfc_main = { name: "reference/api/baaljs/interfaces/BaalTrainerOptions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-baaltraineroptions-input" tabindex="-1">Interface: BaalTrainerOptions&lt;Input&gt; <a class="header-anchor" href="#interface-baaltraineroptions-input" aria-label="Permalink to &quot;Interface: BaalTrainerOptions\\&lt;Input\\&gt;&quot;">​</a></h1><p>What a <a href="./../classes/BaalTrainer.html">BaalTrainer</a> works with: a model, arguments, and data that may also be given call by call.</p><h2 id="type-parameters" tabindex="-1">Type Parameters <a class="header-anchor" href="#type-parameters" aria-label="Permalink to &quot;Type Parameters&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Type Parameter</th></tr></thead><tbody><tr><td><a id="type-parameter-input"></a> <code>Input</code></td></tr></tbody></table><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-args"></a> <code>args?</code></td><td><code>readonly</code></td><td><a href="./../type-aliases/TrainingArguments.html"><code>TrainingArguments</code></a></td><td>-</td></tr><tr><td><a id="property-callbacks"></a> <code>callbacks?</code></td><td><code>readonly</code></td><td>readonly <a href="./TrainerCallback.html"><code>TrainerCallback</code></a>[]</td><td>-</td></tr><tr><td><a id="property-computemetrics"></a> <code>computeMetrics?</code></td><td><code>readonly</code></td><td><a href="./../type-aliases/ComputeMetrics.html"><code>ComputeMetrics</code></a></td><td>Metrics of evaluations, beside the loss. By default the usual ones of the task.</td></tr><tr><td><a id="property-evaldataset"></a> <code>evalDataset?</code></td><td><code>readonly</code></td><td><a href="./../type-aliases/Items.html"><code>Items</code></a>&lt;<code>Input</code>&gt;</td><td>-</td></tr><tr><td><a id="property-model"></a> <code>model</code></td><td><code>readonly</code></td><td><a href="./BayesianModel.html"><code>BayesianModel</code></a>&lt;<code>Input</code>&gt;</td><td>-</td></tr><tr><td><a id="property-optimizer"></a> <code>optimizer?</code></td><td><code>readonly</code></td><td><a href="./Optimizer.html"><code>Optimizer</code></a></td><td>Keeps its state from one <code>train</code> to the next. By default every <code>train</code> has a fresh one, as <code>args.optim</code> says.</td></tr><tr><td><a id="property-traindataset"></a> <code>trainDataset?</code></td><td><code>readonly</code></td><td><a href="./../type-aliases/Items.html"><code>Items</code></a>&lt;<code>Input</code>&gt;</td><td>-</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/interfaces/BaalTrainerOptions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const BaalTrainerOptions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  BaalTrainerOptions as default
};
